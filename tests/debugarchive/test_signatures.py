"""Signatures follow the wordings: at publish, by command after the algorithm changed; clashes are told."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from debugarchive import signatures, tasks
from debugarchive.matching import ALGORITHM
from debugarchive.models import ErrorSignature
from hub.core import catalogue
from tests.debugarchive.factories import error_data, make_error
from tests.factories import archive, make_reviewer, make_user, revise

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TEXT = "ValueError: peculiar granite overflow"
COLUMNS = ("level_1", "level_2", "level_3", "type", "template", "algorithm")


def rows() -> list[tuple[str, ...]]:
    return list(ErrorSignature.objects.order_by("pk").values_list(*COLUMNS))


def wording(text: str, engine: str = "Python") -> dict[str, str]:
    return {"engine": engine, "text": text}


def test_publishing_signs_every_wording():
    make_error(
        messages=[
            wording(TEXT),
            wording("OtherError: peculiar granite overflow", "Other"),
            wording("…", "None"),
        ]
    )
    first, second, third = ErrorSignature.objects.all()
    assert (first.type, first.template, first.algorithm) == (
        "ValueError",
        "peculiar granite overflow",
        ALGORITHM,
    )
    assert first.level_1 != second.level_1
    assert first.level_2 == second.level_2
    assert (third.level_1, third.level_2, third.level_3, third.algorithm) == ("", "", "", ALGORITHM)


def test_a_new_title_or_wording_signs_anew():
    entry = make_error(title="It overflows", messages=[wording("ValueError: 'granite' overflows the quarry")])
    before = rows()
    entry = revise(entry, title="The granite overflows")
    assert rows()[0][0] != before[0][0]
    revise(entry, title="It overflows")
    assert rows() == before


def run(**options) -> str:
    out = StringIO()
    call_command("rebuild_signatures", stdout=out, **options)
    return out.getvalue()


def test_the_command_renews_what_an_older_algorithm_made_and_resumes(monkeypatch):
    for number in range(5):
        make_error(messages=[wording(f"{TEXT} of the {'x' * number}th quarry")])
    fresh = rows()
    ErrorSignature.objects.update(algorithm=0, level_1="", level_2="old", template="")
    monkeypatch.setattr("debugarchive.management.commands.rebuild_signatures.CHUNK", 2)
    real, calls = signatures.rebuild_chunk, []

    def interrupted(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(signatures, "rebuild_chunk", interrupted)
    with pytest.raises(CommandError, match="Interrupted after 2"):
        run()
    assert signatures.stale() == 3
    monkeypatch.setattr(signatures, "rebuild_chunk", real)
    assert "3 of 3 wordings" in run()
    assert rows() == fresh
    assert "Signed 0 wordings" in run()
    assert "Signed 5 wordings" in run(all=True)
    assert rows() == fresh


def test_the_task_renews_them_without_anybody():
    make_error(messages=[wording(TEXT)])
    fresh = rows()
    ErrorSignature.objects.update(algorithm=0, level_1="")
    tasks.renew_signatures()
    assert rows() == fresh


def test_clashes_are_told_by_the_command_and_in_admin(client: Client):
    one, other = make_error(messages=[wording(TEXT)]), make_error(messages=[wording(TEXT)])
    gone = archive(make_error(messages=[wording(TEXT)]))
    report = run(clashes=True)
    assert f"Level 1, “ValueError: peculiar granite overflow”: {one.public_id}, {other.public_id}" in report
    assert gone.public_id not in report
    client.force_login(make_reviewer())
    page = client.get("/admin/debugarchive/errorentry/clashes/")
    assert [[entry.public_id for entry in clash.entries] for clash in page.context["clashes"]] == [
        [one.public_id, other.public_id]
    ] * 2
    assert (
        'href="/admin/debugarchive/errorentry/clashes/"'
        in client.get("/admin/debugarchive/errorentry/").content.decode()
    )


def test_others_do_not_see_the_clashes(client: Client):
    url = "/admin/debugarchive/errorentry/clashes/"
    assert client.get(url).status_code == 302
    client.force_login(make_user(is_staff=True))
    assert client.get(url).status_code == 403


def test_a_payload_is_compared_with_public_errors_by_signature(django_assert_num_queries):
    kind = catalogue.get("error")
    same, engine = make_error(messages=[wording(TEXT)]), make_error(messages=[wording(f"Odd{TEXT}")])
    archive(make_error(messages=[wording(TEXT)]))
    data = error_data(messages=[wording(f"2026-11-30 08:00:00 {TEXT}")])
    with django_assert_num_queries(1):
        found = kind.similar(data)
    assert [(one.entry.public_id, one.reason) for one in found] == [
        (same.public_id, "has the same message: Python"),
        (engine.public_id, "has the message of another engine: Python"),
    ]
    assert kind.similar({}) == []
    assert kind.similar({"messages": [{"text": None}]}) == []


def test_an_error_names_where_its_text_is_answered():
    kind = catalogue.get("error")
    assert kind.recognise(TEXT).startswith("/errors/match/?text=ValueError")
    assert kind.recognise("peculiar granite") == ""
