"""Export and import: what is filtered goes out as rows; a file comes in as a whole, or not at all."""

import csv
import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contributions import submitting
from contributions.models import ImportFile, Submission
from contributions.moves import Refused
from hub.core import catalogue
from hub.core.exporting import cell, text_of
from hub.core.models import ContentClock, Entry
from tests.factories import (
    archive,
    make_editor,
    make_question,
    make_reviewer,
    make_user,
    question_data,
)
from tests.toykind.factories import make_toy

pytestmark = pytest.mark.django_db
LIST, IMPORT = "/admin/questions/question/", "/admin/contributions/importfile/"
ALL = "/admin/core/entry/export/json/"


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make_editor("grace"))
    return client


def body(response: Any) -> str:
    return b"".join(response.streaming_content).decode()


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def upload(client: Client, text: str | bytes, kind: str = "question", name: str = "rows.csv") -> Any:
    data = text.encode() if isinstance(text, str) else text
    return client.post(f"{IMPORT}add/", {"kind": kind, "file": SimpleUploadedFile(name, data)})


def as_csv(*rows: dict[str, Any]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def flat(data: dict[str, Any]) -> dict[str, str]:
    fields: dict[str, Any] = catalogue.get("question").form.base_fields
    return {name: fields[name].text(value) for name, value in data.items()}


# Export -------------------------------------------------------------------------------------------------


def test_a_list_goes_out_as_it_is_filtered(editor: Client):
    wanted = make_question(technology="flask", title="Wanted", common_mistakes=["One.", "Two."])
    make_question(title="Other")
    (row,) = rows_of(body(editor.get(f"{LIST}export/csv/?technology=flask")))
    assert (row["id"], row["title"], row["technology"]) == (wanted.public_id, "Wanted", "flask")
    assert row["common_mistakes"] == "'- One.\n- Two."
    (found,) = json.loads(body(editor.get(f"{LIST}export/json/?technology=flask")))
    assert found["id"] == wanted.public_id
    assert found["common_mistakes"] == ["One.", "Two."]


def test_nothing_found_is_an_empty_file(editor: Client):
    assert json.loads(body(editor.get(f"{LIST}export/json/"))) == []
    assert body(editor.get(f"{LIST}export/csv/")).startswith("id,kind,status,published_at,title")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "''@x", "\r=1"])
def test_a_formula_goes_out_as_words_and_comes_back_as_it_was(text: str):
    assert cell(text) == f"'{text}"
    assert text_of(cell(text)) == text


@pytest.mark.parametrize("text", ["", "word", "'quoted'", "a=b", "1-2"])
def test_other_words_go_out_as_they_are(text: str):
    assert cell(text) == text == text_of(text)


def test_no_cell_of_an_export_begins_as_a_formula(editor: Client):
    make_question(title='=HYPERLINK("https://example.com")', summary="+1 for this", deep_dive="@all - x")
    (row,) = rows_of(body(editor.get(f"{LIST}export/csv/")))
    assert not any(value.startswith(("=", "+", "-", "@")) for value in row.values())


@pytest.mark.parametrize(
    "address", [f"{LIST}export/csv/", f"{LIST}export/json/", "/admin/core/entry/export/json/"]
)
@pytest.mark.parametrize("who", ["anonymous", "user", "staff"])
def test_who_may_not_see_the_list_takes_nothing_along(client: Client, address: str, who: str):
    make_question(title="Not for you")
    if who != "anonymous":
        client.force_login(make_user(is_staff=who == "staff"))
    assert client.get(address).status_code in {302, 403}


def test_all_kinds_go_out_as_json_each_only_to_who_may_see_it(client: Client):
    question, toy = make_question(), make_toy()
    reviewer = make_reviewer()
    client.force_login(reviewer)
    rows = json.loads(body(client.get("/admin/core/entry/export/json/")))
    assert {row["id"] for row in rows} == {question.public_id, toy.public_id}
    user = make_user(is_staff=True)
    user.user_permissions.add(reviewer.groups.get().permissions.get(codename="review_toy"))
    client.force_login(user)
    rows = json.loads(body(client.get("/admin/core/entry/export/json/")))
    assert {row["id"] for row in rows} == {toy.public_id}
    assert client.get("/admin/core/entry/export/csv/").status_code == 404
    assert client.get(f"{LIST}export/xml/").status_code in {403, 404}


@pytest.mark.parametrize("form", ["csv", "json"])
def test_an_export_costs_the_same_for_one_and_for_twenty(editor: Client, form: str):
    counted = []
    for more in (1, 19):
        for _ in range(more):
            make_question()
        with CaptureQueriesContext(connection) as queries:
            body(editor.get(f"{LIST}export/{form}/"))
        counted.append(len(queries))
    assert counted[0] == counted[1]


# Import -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "json"])
def test_an_export_that_comes_back_unchanged_is_nothing_to_do(editor: Client, form: str):
    make_question(
        common_mistakes=["=One.", "Two."], follow_ups=[{"text": "And then?", "entry": ""}],
        exercise={"scenario": "A.", "tasks": ["B."], "checks": []}, tags=["a", "b"],
        verified_at="2026-11-02", verified_with=["Python 3.11"], roles=["backend-developer"],
    )  # fmt: skip
    text = body(editor.get(f"{LIST}export/{form}/"))
    page = editor.get(upload(editor, text)["Location"])
    plan = page.context["plan"]
    assert (plan.problems, len(plan.same), plan.edits, plan.new) == ([], 1, [], [])
    assert "Keep as drafts" not in page.content.decode()


def test_rows_become_drafts_of_who_imports_and_nothing_is_public(editor: Client):
    entry = make_question(title="As it was", technology="python")
    n = ContentClock.now()
    new, changed = (flat(question_data(title=title)) for title in ("New one", "As it is"))
    text = as_csv({"id": "", "status": "published", **new}, {"id": entry.public_id.lower(), **changed})
    where = upload(editor, text)["Location"]
    page = editor.get(where)
    plan = page.context["plan"]
    assert ([row.title for row in plan.new], [row.target for row in plan.edits]) == (["New one"], [entry])
    assert not Submission.objects.exists()
    response = editor.post(where, {"action": "draft"}, follow=True)
    assert "2 submissions made from rows.csv" in response.content.decode()
    made = {one.title: one for one in Submission.objects.all()}
    assert {one.state for one in made.values()} == {"draft"}
    assert set(Submission.objects.values_list("contributor__username", flat=True)) == {"grace"}
    assert made["As it is"].target == entry
    assert made["As it is"].base_revision_id == entry.current_revision_id
    assert ContentClock.now() == n
    assert Entry.objects.get(pk=entry.pk).title == "As it was"


def test_an_edit_names_only_what_changes(editor: Client):
    entry = make_question(title="Title", summary="Stays.")
    where = upload(editor, as_csv({"id": entry.public_id, "title": "Another title"}))["Location"]
    editor.post(where, {"action": "send"})
    submission = Submission.objects.get()
    payload = submission.revision().payload
    assert (submission.state, payload["title"], payload["summary"]) == ("pending", "Another title", "Stays.")


def test_every_problem_is_listed_by_row_and_field_and_nothing_is_imported(editor: Client):
    entry, gone = make_question(), archive(make_question())
    good = flat(question_data())
    rows = [
        {"id": "", **good},
        {"id": "", **good, "title": "", "difficulty": "12", "level": "junior"},
        {"id": "PY-MID-999", **good},
        {"id": gone.public_id, **good},
        {"id": entry.public_id, **good},
        {"id": entry.public_id, **good},
        {"id": "", **good, "technology": "nothing", "deep_dive": "```python\nprint(1)"},
        {"id": "", **good, "summary": "cafÃ©", "weaknesses": "CWE-9999999"},
    ]
    where = upload(editor, as_csv(*rows))["Location"]
    response = editor.get(where)
    found = {(one.row, one.field) for one in response.context["plan"].problems}
    assert found == {
        (2, "title"), (2, "difficulty"), (3, "id"), (4, "id"), (6, "id"), (7, "technology"), (7, "deep_dive"),
        (8, "summary"), (8, "weaknesses"),
    }  # fmt: skip
    text = response.content.decode()
    assert "the code block opened in line 1 is never closed" in text.lower()
    assert editor.post(where, {"action": "draft"}).status_code == 409
    assert not Submission.objects.exists()


def test_slugs_that_meet_are_told_before(editor: Client):
    make_question(slug="taken")
    rows = [{**flat(question_data()), "slug": slug} for slug in ("taken", "mine", "mine")]
    page = editor.get(upload(editor, as_csv(*rows))["Location"])
    assert [(one.row, one.field) for one in page.context["plan"].problems] == [(1, "slug"), (3, "slug")]


def test_what_goes_wrong_at_the_last_row_leaves_nothing(editor: Client, monkeypatch: pytest.MonkeyPatch):
    rows = [flat(question_data()) for _ in range(3)]
    where = upload(editor, as_csv(*rows))["Location"]
    real, calls = submitting.draft, []

    def failing(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise Refused("No more.")
        return real(*args, **kwargs)

    monkeypatch.setattr(submitting, "draft", failing)
    response = editor.post(where, {"action": "draft"})
    assert response.status_code == 409
    assert "Row 3: No more." in response.content.decode()
    assert not Submission.objects.exists()
    assert ImportFile.objects.count() == 1


def test_sent_twice_it_is_imported_once(editor: Client):
    where = upload(editor, as_csv(flat(question_data())))["Location"]
    editor.post(where, {"action": "draft"})
    response = editor.post(where, {"action": "draft"}, follow=True)
    assert "was imported or thrown away already" in response.content.decode()
    assert Submission.objects.count() == 1


def test_json_takes_structures_and_refuses_nonsense_by_field(editor: Client):
    good = question_data(common_mistakes=["One."])
    rows = [good, {**good, "common_mistakes": {"a": 1}, "nonsense": 1, "minutes": []}]
    page = editor.get(upload(editor, json.dumps(rows), name="rows.json")["Location"])
    assert {(one.row, one.field) for one in page.context["plan"].problems} == {
        (2, "common_mistakes"), (2, "nonsense"), (2, "minutes"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a\x00b", "NUL"),
        (b"title,title\na,b", "names each column once"),
        (b"title,\na,b", "names each column once"),
        (b"title,summary\nonly one", "holds 1 cells"),
        (b'title\n"open', "is no CSV"),
        (b"title\n", "no rows"),
        (b"[1, 2]", "list of objects"),
        (b'[{"a": ', "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"title\n" + b"a\n" * 201, "at most 200"),
        (b"x" * 2_000_001, "At most 2 MB"),
    ],
)  # fmt: skip
def test_a_file_of_which_no_row_can_be_read_is_refused_with_the_reason(
    editor: Client, data: bytes, reason: str
):
    response = upload(editor, data)
    assert response.status_code == 422
    assert reason in response.content.decode()
    assert not ImportFile.objects.exists()


def test_hostile_words_are_inert_on_the_page(editor: Client):
    evil = "<script>alert(1)</script>"
    page = editor.get(upload(editor, as_csv({**flat(question_data()), "title": evil, evil: "x"}))["Location"])
    assert evil not in page.content.decode()


@pytest.mark.parametrize("who", ["anonymous", "user", "staff"])
def test_who_reviews_nothing_imports_nothing(client: Client, who: str):
    text = as_csv(flat(question_data()))
    if who != "anonymous":
        client.force_login(make_user(is_staff=who == "staff"))
    assert client.get(IMPORT).status_code in {302, 403}
    assert upload(client, text).status_code in {302, 403}
    assert not ImportFile.objects.exists()


def test_a_kind_that_one_may_not_review_and_a_file_of_somebody_else_are_not_there(client: Client):
    client.force_login(make_editor())
    where = upload(client, as_csv(flat(question_data())))["Location"]
    user = make_user(is_staff=True)
    user.user_permissions.add(make_reviewer().groups.get().permissions.get(codename="review_toy"))
    client.force_login(user)
    assert upload(client, as_csv(flat(question_data()))).status_code == 422
    assert client.post(where, {"action": "draft"})["Location"] == IMPORT
    assert not Submission.objects.exists()
    assert ImportFile.objects.count() == 1


def test_looking_and_throwing_away_import_nothing(editor: Client):
    where = upload(editor, as_csv(flat(question_data())))["Location"]
    editor.get(where, {"action": "send"})
    assert ImportFile.objects.exists()
    editor.post(where, {"action": "discard"})
    assert not ImportFile.objects.exists()
    assert not Submission.objects.exists()
