"""The loader: brings the archive up to the content folder, and never overwrites what somebody edited."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from hub.core import loading, publishing
from hub.core.contentfiles import ContentError
from hub.core.loading import load
from hub.core.models import ContentFile, Entry, Event, Revision, Tag, Technology, Topic, Weakness
from questions.models import Role
from tests.factories import archive, make_question, make_technology, make_user, revise

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

TAXONOMY = """technologies:
- {slug: flask, name: Flask, code: FLSK, kind: framework, parent: python}
- {slug: python, name: Python, code: PY, kind: language}
topics:
- {slug: web, name: Web}
roles:
- {slug: sre, name: Site Reliability Engineer}
"""
FILE = """---
id: {id}
title: {title}
summary: A summary.
technology: flask
topic: web
tags: [one, two]
level: mid
difficulty: 6
published_at: 2026-08-12
roles: [sre]
question_type: concept
minutes: {minutes}
---

## Short answer

{short}

## Deep dive

First.

{middle}

Last.

## Follow-up questions

- And then?{reference}
"""


def text(public_id: str = "FLSK-MID-001", **over: object) -> str:
    values = {
        "title": "Why?",
        "minutes": 8,
        "short": "Because.",
        "middle": "Middle.",
        "reference": "",
        **over,
    }
    return FILE.format(id=public_id, **values)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "taxonomy.yaml").write_text(TAXONOMY)
    (tmp_path / "questions").mkdir()
    return tmp_path


@pytest.fixture
def write(folder):
    def write(public_id: str = "FLSK-MID-001", name: str = "", **over: object) -> Path:
        path = folder / "questions" / (name or f"{public_id}.md")
        path.write_text(text(public_id, **over))
        return path

    return write


def entry(public_id: str = "FLSK-MID-001") -> Entry:
    return Entry.objects.select_related("current_revision").get(public_id=public_id)


def state() -> tuple[int, int, int]:
    return Entry.objects.count(), Revision.objects.count(), Event.objects.count()


def test_a_new_file_becomes_a_public_entry_with_its_own_id_and_date(folder, write):
    write()
    report = load(folder)
    assert (report.new, report.problems) == (["FLSK-MID-001"], [])
    question = entry()
    assert question.is_public
    assert f"{question.published_at:%Y-%m-%d}" == "2026-08-12"
    assert question.current_revision.source == "questions/FLSK-MID-001.md"
    assert question.typed.roles.get().slug == "sre"


def test_a_load_announces_nothing(folder, write):
    write()
    load(folder)
    write(short="Changed.")
    load(folder)
    assert Event.objects.filter(entry__isnull=False).count() == 2
    assert not Event.objects.announced().exists()
    assert not Event.objects.filter(announce=True).exists()


def test_ids_go_on_after_those_of_files(folder, write):
    write("FLSK-MID-041")
    load(folder)
    assert make_question(technology="flask", level="mid", difficulty=6).public_id == "FLSK-MID-042"


def test_an_unchanged_file_does_nothing(folder, write):
    write()
    load(folder)
    before = state()
    report = load(folder)
    assert report.unchanged == ["questions/FLSK-MID-001.md"]
    assert state() == before


def test_a_file_that_only_looks_different_makes_no_revision(folder, write):
    path = write()
    load(folder)
    before = state()
    path.write_text(text().replace("\n", "\r\n").replace("difficulty: 6", "difficulty: '6'"))
    assert load(folder).unchanged == ["questions/FLSK-MID-001.md"]
    assert state() == before


def test_a_changed_file_becomes_the_next_revision_of_an_entry_that_nobody_edited(folder, write):
    write()
    load(folder)
    write(short="Therefore.")
    report = load(folder)
    assert report.revised == ["FLSK-MID-001"]
    assert entry().typed.short_answer == "Therefore."
    assert entry().current_revision.number == 2


def test_a_file_that_goes_back_takes_the_entry_with_it_when_nobody_edited_it(folder, write):
    for short in ("Because.", "Therefore.", "Because."):
        write(short=short)
        load(folder)
    assert entry().typed.short_answer == "Because."
    assert entry().current_revision.number == 3


def test_an_edited_entry_with_an_unchanged_file_stays_as_edited(folder, write):
    write()
    load(folder)
    revise(entry(), title="How?")
    assert load(folder).unchanged == ["questions/FLSK-MID-001.md"]
    assert entry().title == "How?"


def test_edits_of_both_sides_that_do_not_meet_are_merged(folder, write):
    write()
    load(folder)
    revise(entry(), title="How?", deep_dive="FIRST.\n\nMiddle.\n\nLast.")
    write(short="Therefore.", middle="MIDDLE.")
    report = load(folder)
    assert report.merged == ["FLSK-MID-001"]
    merged = publishing.current_payload(entry()).data
    assert (merged["title"], merged["short_answer"]) == ("How?", "Therefore.")
    assert merged["deep_dive"] == "FIRST.\n\nMIDDLE.\n\nLast."


def test_an_edit_made_here_survives_every_later_change_of_the_file(folder, write):
    write()
    load(folder)
    revise(entry(), title="How?")
    write(short="Therefore.")
    load(folder)
    write(short="Finally.")
    assert load(folder).merged == ["FLSK-MID-001"]
    assert (entry().title, entry().typed.short_answer) == ("How?", "Finally.")


def test_edits_of_the_same_words_are_kept_for_a_person_and_named_each_time(folder, write):
    write()
    load(folder)
    revise(entry(), short_answer="Edited here.")
    before = state()
    write(short="Edited in the file.")
    for _ in range(2):
        report = load(folder)
        (sentence,) = report.kept
        assert "questions/FLSK-MID-001.md: FLSK-MID-001" in sentence
        assert "short_answer" in sentence
        assert not report.revised
    assert entry().typed.short_answer == "Edited here."
    assert state() == before


def test_a_file_for_an_entry_that_did_not_come_from_it_is_kept(folder, write):
    make_question(technology="flask", public_id="FLSK-MID-001", title="Mine?")
    write()
    (sentence,) = load(folder).kept
    assert "did not come from this file" in sentence
    assert entry().title == "Mine?"


def test_a_file_that_says_what_the_entry_once_said_does_not_turn_an_edit_back(folder, write):
    """Two copies of the folder: one was dumped and loaded again, the other is still the old one."""
    old = write().read_text()
    load(folder)
    revise(entry(), title="How?")
    loading.dump(folder)
    load(folder)
    write().write_text(old)
    report = load(folder)
    assert (report.revised, report.kept) == ([], [])
    assert entry().title == "How?"
    write(short="Therefore.")
    assert load(folder).merged == ["FLSK-MID-001"]
    assert (entry().title, entry().typed.short_answer) == ("How?", "Therefore.")


def test_an_archived_entry_is_not_brought_back_by_its_file(folder, write):
    write()
    load(folder)
    archive(entry())
    write(short="Therefore.")
    (sentence,) = load(folder).kept
    assert "archived" in sentence
    assert not entry().is_public


def test_a_renamed_file_is_still_the_file_of_its_entry(folder, write):
    path = write()
    load(folder)
    revise(entry(), title="How?")
    path.unlink()
    write(name="renamed.md", short="Therefore.")
    assert load(folder).merged == ["FLSK-MID-001"]
    assert ContentFile.objects.get().path == "questions/renamed.md"
    assert entry().title == "How?"


def test_a_file_without_a_slug_keeps_the_one_that_was_made(folder, write):
    write()
    load(folder)
    write(title="How?")
    assert load(folder).revised == ["FLSK-MID-001"]
    assert (entry().title, entry().slug) == ("How?", "why")


def test_files_of_one_load_may_name_each_other(folder, write):
    write("FLSK-MID-001", reference=" [FLSK-MID-002]")
    write("FLSK-MID-002", title="How?", reference=" [FLSK-MID-001]")
    assert load(folder).problems == []
    assert entry().relations.get().target.public_id == "FLSK-MID-002"
    assert entry("FLSK-MID-002").relations.get().target.public_id == "FLSK-MID-001"


# Problems -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("level: mid", "level: wizard"), "questions/bad.md:8: level:"),
        (("difficulty: 6", "difficulty: 9"), "questions/bad.md:9: difficulty:"),
        (("technology: flask", "technology: cobol"), "questions/bad.md:5: technology:"),
        (("[never, seen]", "[never, [seen]]"), "questions/bad.md:7: tags:"),
        (("title: Why?", "title: [a]"), "questions/bad.md:3: title:"),
        (("And then?", "And then? [PY-MID-404]"), "questions/bad.md:28: follow_ups:"),
        (("First.", "```"), "questions/bad.md:20: deep_dive:"),
        (("First.", "# First"), "questions/bad.md:20: deep_dive:"),
        (("## Deep dive", "## Deeper dive"), "questions/bad.md:20: "),
        (("minutes: 8", "minutes: 8\nmood: good"), "questions/bad.md:14: "),
        (("published_at: 2026-08-12", "published_at: soon"), "questions/bad.md:10: "),
        (("---\nid", "id"), "questions/bad.md:1: "),
    ],
)
def test_a_problem_is_named_with_its_line_and_nothing_of_the_file_is_loaded(folder, write, change, said):
    path = write("FLSK-MID-002", name="bad.md", title="Why?")
    path.write_text(path.read_text().replace("[one, two]", "[never, seen]").replace(*change))
    write("FLSK-MID-001", title="Good?")
    report = load(folder)
    assert report.new == ["FLSK-MID-001"]
    assert any(problem.startswith(said) for problem in report.problems), report.problems
    assert Entry.objects.count() == 1
    assert not Tag.objects.filter(slug="never").exists()
    assert not ContentFile.objects.filter(path="questions/bad.md").exists()


def test_a_mended_file_is_loaded_next_time(folder, write):
    write(minutes=0)
    assert load(folder).problems
    write(minutes=8)
    assert load(folder).new == ["FLSK-MID-001"]


def test_a_changed_file_that_is_wrong_leaves_its_entry_alone(folder, write):
    write()
    load(folder)
    before = state()
    write(minutes=0)
    assert load(folder).problems
    assert state() == before
    assert entry().is_public


def test_one_id_in_two_files_is_a_problem_of_the_second(folder, write):
    write(name="a.md")
    write(name="b.md", title="How?")
    for _ in range(2):
        report = load(folder)
        (problem,) = report.problems
        assert "questions/b.md:2: id: FLSK-MID-001 stands in questions/a.md too." in problem
    assert entry().title == "Why?"


def test_an_effect_that_fails_leaves_nothing_of_the_file(folder, write, monkeypatch):
    def fail(entry, event):
        raise RuntimeError

    write()
    monkeypatch.setitem(publishing.effects._effects, "tests.failing", fail)
    with pytest.raises(RuntimeError):
        load(folder)
    assert not Entry.objects.exists()
    assert not ContentFile.objects.exists()


def test_the_command_reports_and_fails_when_a_file_could_not_be_read(folder, write, capsys):
    write()
    call_command("load_content", folder=folder)
    assert "1 new" in capsys.readouterr().out
    write("FLSK-MID-002", minutes=0)
    with pytest.raises(CommandError, match="problems"):
        call_command("load_content", folder=folder)
    assert "questions/FLSK-MID-002.md:13: minutes:" in capsys.readouterr().err


# Vocabularies ---------------------------------------------------------------------------------------


def test_the_vocabulary_adds_what_is_missing_and_changes_nothing_that_is_there(folder):
    make_technology("python", name="CPython", code="PY")
    load(folder)
    assert Technology.objects.get(slug="python").name == "CPython"
    assert Technology.objects.get(slug="flask").parent.slug == "python"
    assert Topic.objects.get().slug == "web"
    assert Role.objects.get().slug == "sre"


def test_an_addition_to_the_vocabulary_is_a_numbered_change_once(folder):
    load(folder)
    load(folder)
    event = Event.objects.get()
    assert (event.act, event.announce) == ("taxonomy", False)


@pytest.mark.parametrize(
    "text",
    [
        "", "nonsense", "- a", "technologies: []", "technologies: [", "technologies: [python]\ntopics: []",
        "technologies: [{slug: a}]\ntopics: []", "technologies: [{name: A}]\ntopics: []",
        "technologies: [{slug: a, name: A, code: A, kind: language, colour: red}]\ntopics: []",
        "technologies: [{slug: a, name: A, code: a, kind: language}]\ntopics: []",
        "technologies: [{slug: a, name: A, code: A, kind: language, parent: b}]\ntopics: []",
        "technologies: []\ntopics: [{slug: a, name: A}, {slug: b, name: A}]",
    ],
)  # fmt: skip
def test_a_vocabulary_of_another_shape_is_named_and_nothing_of_it_is_loaded(folder, text):
    (folder / "taxonomy.yaml").write_text(text)
    with pytest.raises(ContentError, match=r"taxonomy\.yaml:1"):
        load(folder)
    assert not Technology.objects.exists()
    assert not Topic.objects.exists()
    with pytest.raises(CommandError, match=r"taxonomy\.yaml"):
        call_command("load_content", folder=folder)


def test_weaknesses_come_from_the_data_files_once(folder):
    load(folder)
    count = Weakness.objects.count()
    assert Weakness.objects.get(scheme="CWE", code="352").label == "CWE-352"
    assert Weakness.objects.filter(scheme="OWASP", edition="2025").count() == 10
    load(folder)
    assert Weakness.objects.count() == count


def test_an_empty_folder_is_no_accident(tmp_path):
    assert str(load(tmp_path)) == "0 new, 0 revised, 0 merged, 0 unchanged, 0 kept, 0 unreadable"


# Dump -----------------------------------------------------------------------------------------------


def test_a_dump_writes_what_is_public_and_a_second_one_changes_nothing(folder, write):
    write()
    load(folder)
    make_question(technology="flask", public_id="FLSK-MID-002", title="Contributed?", by=make_user())
    loading.dump(folder)
    assert "title: Contributed?" in (folder / "questions/FLSK-MID-002.md").read_text()
    assert loading.dump(folder) == 0
    report = load(folder)
    assert (report.revised, report.kept, report.problems) == ([], [], [])


def test_a_dump_into_another_folder_changes_nothing_here(folder, write, tmp_path_factory):
    write()
    load(folder)
    revise(entry(), title="How?")
    loading.dump(tmp_path_factory.mktemp("elsewhere"))
    assert load(folder).unchanged == ["questions/FLSK-MID-001.md"]
    assert entry().title == "How?"


def test_a_dump_writes_edits_back_and_keeps_the_name_of_the_file(folder, write):
    path = write(name="csrf.md")
    load(folder)
    revise(entry(), title="How?")
    loading.dump(folder)
    assert "title: How?" in path.read_text()
    assert [file.name for file in (folder / "questions").iterdir()] == ["csrf.md"]


def test_a_dump_leaves_alone_what_changed_on_disk(folder, write):
    write()
    load(folder)
    revise(entry(), title="How?")
    path = write(short="Not loaded yet.")
    said: list[str] = []
    loading.dump(folder, said.append)
    assert "Not loaded yet." in path.read_text()
    assert any("left alone: questions/FLSK-MID-001.md" in line for line in said)


def test_a_dump_leaves_a_file_alone_that_could_not_be_read(folder, write):
    path = write(minutes=0)
    load(folder)
    make_question(technology="flask", public_id="FLSK-MID-001", title="Mine?")
    loading.dump(folder)
    assert "minutes: 0" in path.read_text()


def test_a_dump_removes_the_file_of_an_archived_entry(folder, write):
    path = write()
    load(folder)
    loading.dump(folder)
    archive(entry())
    loading.dump(folder)
    assert not path.exists()
    assert not (folder / "questions/FLSK-MID-002.md").exists()


def test_a_dump_holds_no_names_of_people_and_no_history(folder):
    author = make_user("ada", first_name="Ada", last_name="Lovelace", email="ada@example.com")
    question = make_question(by=author, technology="flask", title="Formerly?")
    revise(question, title="Now?", by=author)
    loading.dump(folder)
    (path,) = (folder / "questions").iterdir()
    for private in ("ada", "Lovelace", "example.com", "Formerly?"):
        assert private not in path.read_text().replace("formerly", "")


def test_the_command_says_how_many_files_changed(folder, capsys):
    make_question()
    call_command("dump_content", folder=folder)
    assert "2 files changed." in capsys.readouterr().out
