"""What writers may use, and how it looks to a reader and to a program."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core import markdown


def anchors(text: str, prefix: str = "") -> list[str]:
    return [heading.anchor for heading in markdown.headings(text, prefix)]


def test_a_table_says_which_cells_are_headings_and_scrolls_by_keyboard():
    html = markdown.render("| a | b |\n|---|---|\n| 1 | 2 |")
    assert '<div class="table" tabindex="0"><table>' in html
    assert '<th scope="col">a</th>' in html
    assert "<td>2</td>" in html


def test_an_admonition_has_a_kind_and_a_title():
    html = markdown.render('!!! warning "Mind the gap"\n    Between `a` and b.')
    assert '<div class="admonition warning">' in html
    assert '<p class="admonition-title">Mind the gap</p>' in html
    assert "<code>a</code>" in html


def test_code_is_a_figure_with_its_language_that_the_keyboard_reaches():
    html = markdown.render('```python\nprint("x")\n```')
    assert '<figure class="code" data-language="python">' in html
    assert "<figcaption><span>Python</span></figcaption>" in html
    assert '<pre tabindex="0"><code>' in html
    assert 'class="hl-' in html


def test_code_that_did_not_run_and_code_that_fails_on_purpose_say_so():
    assert "not executed" in markdown.render("```python norun\nx\n```")
    assert "raises TypeError" in markdown.render("```python raises=TypeError\nx\n```")
    assert ">-lm -O2<" in markdown.render("```c flags=-lm,-O2\nx\n```")
    assert "code-note" not in markdown.render("```python\nx\n```")


def test_code_of_an_unknown_language_and_long_code_stay_plain():
    for info, code in (("klingon", "x < y"), ("python", "x < y  # " + "a" * markdown.MAX_HIGHLIGHTED)):
        html = markdown.render(f"```{info}\n{code}\n```")
        assert "x &lt; y" in html
        assert "hl-" not in html


def test_blank_lines_inside_code_stay():
    assert "a\n\n\nb" in markdown.render("```text\na\n\n\nb\n```")


def test_headings_begin_below_the_section_that_holds_them():
    html = markdown.render("# one\n\ntwo\n===\n\n### three\n\n#### four")
    assert "<h1" not in html
    assert "<h2" not in html
    assert html.count("<h3") == html.count("</h3>") == 3
    assert html.count("<h4") == html.count("</h4>") == 1


def test_anchors_begin_with_their_section_and_are_what_the_list_of_headings_says():
    text = "### Why C++?\n\n#### `code` too"
    assert anchors(text, "deep-dive") == ["deep-dive-why-cpp", "deep-dive-code-too"]
    for anchor in anchors(text, "deep-dive"):
        assert f'id="{anchor}"' in markdown.render(text, "deep-dive")


@pytest.mark.parametrize(
    "titles",
    [["a", "a", "a"], ["a", "a", "a-2"], ["a-2", "a", "a"], ["…", "!", "part"], ["a", "A", "a 2", "a-2"]],
)
def test_no_two_anchors_of_a_text_are_the_same(titles):
    found = anchors("\n\n".join(f"### {title}" for title in titles), "x")
    assert len(set(found)) == len(titles)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["a", "a-2", "a-3", "A", "a 2", "ä", "!", "part", "part-2", "C++", "cpp"]),
        max_size=12,
    )
)
def test_anchors_are_unique_whatever_the_headings(titles):
    found = anchors("\n\n".join(f"### {title}" for title in titles))
    assert len(set(found)) == len(found) == len(titles)


def test_links_to_elsewhere_hand_over_no_window():
    assert 'rel="noopener"' in markdown.render("[x](https://example.com)")


def test_an_address_in_a_text_is_no_link_unless_it_is_written_as_one():
    assert "<a" not in markdown.render("See https://example.com")
    assert '<a href="https://example.com"' in markdown.render("See <https://example.com>")


def test_one_line_has_no_paragraph_around_it():
    assert markdown.render_inline("a *b*\n`c`") == "a <em>b</em> <code>c</code>"


def test_plain_text_keeps_the_words_and_drops_the_marks():
    text = "### Why\n\nA *b* [c](/y) `d`\n\n```python\ne = 1\n```\n\n| f |\n|---|\n| g |\n\n![h](/x)"
    assert markdown.plain_text(text).split() == ["Why", "A", "b", "c", "d", "e", "=", "1", "f", "g", "h"]


def test_words_are_counted_as_people_count_them():
    assert markdown.count_words("Don't re-run it, twice — ever.") == 5


def test_a_definition_list_and_struck_words_render():
    html = markdown.render("Term\n: Meaning\n\n~~gone~~")
    assert "<dt>Term</dt>" in html
    assert "<s>gone</s>" in html
