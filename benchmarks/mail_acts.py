"""What benchmarks.mail measures, on the database of this environment; each act prints its figures as JSON."""

import json
import resource
import smtplib
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from statistics import median
from typing import Any

import django

django.setup()

import psycopg
from css_inline import CSSInliner
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.management.color import no_style
from django.db import connection, transaction
from django.template.loader import render_to_string

from hub.core.addresses import address_hash
from hub.mail import messages, sending, streams
from hub.mail.models import Delivery
from subscriptions import alerts, digests
from subscriptions.models import Subscriber
from tests.factories import make_question, make_technology
from tests.mail.chaos.sink import Sink

ENTRIES = 5
INLINER = CSSInliner(keep_at_rules=True)


def subscribe(number: int, frequency: str = "instant") -> None:
    """So many subscribers to everything, told of all that is public so far."""
    now, told = datetime.now(UTC), alerts.last_announced()
    tables = [Subscriber._meta.db_table, Delivery._meta.db_table]
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables, allow_cascade=True))
    for start in range(0, number, 5000):
        addresses = [f"reader-{n:06}@example.org" for n in range(start, min(number, start + 5000))]
        Subscriber.objects.bulk_create(
            [
                Subscriber(
                    address=address, address_hash=address_hash(address), state="active", frequency=frequency,
                    last_event=told, next_at=None if frequency == "instant" else now, hour=0, weekday=1,
                    asked_at=now, confirmed_at=now, created_at=now,
                )
                for address in addresses
            ]
        )  # fmt: skip
    analyse()


def analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def wait_again() -> None:
    """Let every message wait, in a table without the dead rows of the round before."""
    Delivery.objects.update(state="pending", claim=None, claimed_at=None, finished_at=None, attempts=0)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM FULL ANALYZE mail_delivery")


def driver_runs(sql: str, values: list[Any]) -> None:
    """One prepared statement, one transaction, nothing of Django."""
    driver: Any = connection.connection
    if connection.vendor == "postgresql":
        driver.prepare_threshold = 0
        psycopg.Cursor(driver).execute(sql, values, prepare=True)
    else:
        driver.execute(sql.replace("%s", "?"), values)


def fill_page_cache() -> None:
    """Let SQLite's page cache reach its fixed size (32 MB), so that it does not count as growth."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE filler AS WITH RECURSIVE number(n) AS"
                " (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 9000)"
                " SELECT randomblob(4000) AS page FROM number"
            )
            cursor.execute("DROP TABLE filler")


def seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def sending_act(mails: int, rounds: int) -> dict[str, float]:
    """Messages a second of the drain and of three loops that send the same letters, in turns."""
    subscribe(mails)
    for _ in range(ENTRIES):
        make_question()
    alerts.send_alerts()
    stream = streams.get("alert")
    rows = list(Delivery.objects.order_by("pk"))
    built = [messages.compose(row, stream) for row in rows]
    contexts = [stream.links(row) for row in rows[: mails // 4]]  # type: ignore[misc]
    sink = Sink()
    send_to(sink)
    loops: dict[str, tuple[Callable[[], None], int]] = {
        "bare": (partial(bare_loop, sink, built), mails),
        "drain": (partial(drain_loop, mails), mails),
        "floor": (partial(floor_loop, sink, built), mails),
        "django": (partial(django_loop, stream, rows, contexts), len(contexts)),
    }
    speeds: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(rounds):
        for name, (loop, number) in loops.items():
            wait_again()
            speeds[name].append(number / seconds(loop))
    sink.end()
    return compared(speeds)


def send_to(sink: Sink) -> None:
    """Let drain and Django alike find the sink."""
    settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""


def bare_loop(sink: Sink, built: list[messages.Message]) -> None:
    """smtplib alone, bytes made before."""
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        for message in built:
            client.sendmail(message.sender, [message.recipient], message.data)


def drain_loop(mails: int) -> None:
    told = sending.drain(seconds=600)
    assert told == {"accepted": mails}, told


def floor_loop(sink: Sink, built: list[messages.Message]) -> None:
    """The bare loop with two updates of the ledger a message, each a transaction and a prepared statement."""
    claim = sending.claim(len(built), datetime.now(UTC))
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        for row, message in zip(claim, built, strict=True):
            driver_runs("UPDATE mail_delivery SET state = 'sending' WHERE id = %s", [row.pk])
            client.sendmail(message.sender, [message.recipient], message.data)
            driver_runs(
                "UPDATE mail_delivery SET state = 'accepted', finished_at = claimed_at WHERE id = %s",
                [row.pk],
            )


def django_loop(stream: streams.Stream, rows: list[Delivery], contexts: list[dict[str, Any]]) -> None:
    """Rendered, inlined and sent by Django's kept-open connection."""
    with get_connection("django.core.mail.backends.smtp.EmailBackend") as kept:
        for row, context in zip(rows, contexts, strict=False):
            text, html = (render_to_string(f"mail/alert.{kind}", context) for kind in ("txt", "html"))
            subject = render_to_string("mail/alert_subject.txt", context).strip()
            headers = stream.headers(row, context) if stream.headers else {}
            letter = EmailMultiAlternatives(
                subject, text, None, [row.address], connection=kept, headers=headers
            )
            letter.attach_alternative(INLINER.inline(html), "text/html")
            letter.send()


def compared(speeds: dict[str, list[float]]) -> dict[str, float]:
    """The median speed of each loop, and of the drain's ratio to each other one.

    Neighbours in time are compared: the machine is not equally fast all the while.
    """
    figures = {name: median(values) for name, values in speeds.items()}
    for name in ("bare", "floor", "django"):
        pairs = zip(speeds["drain"], speeds[name], strict=True)
        figures[f"to_{name}"] = median(ours / theirs for ours, theirs in pairs)
    return figures


def readers_act(subscribers: int) -> dict[str, float]:
    """Subscribers who are to be told of one entry; in a process of its own, whose memory is not fan-out's."""
    subscribe(subscribers)
    make_question()
    return {}


def fanout_act() -> dict[str, float]:
    """Seconds to owe everybody one alert, the ratio to a bare insert of the same rows, peak memory."""
    fill_page_cache()
    took = seconds(alerts.send_alerts)
    assert Delivery.objects.count() == Subscriber.objects.count()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"fanout_s": took, "fanout_to_bare": took / bare_insert(), "peak_mb": peak}


def bare_insert() -> float:
    """Seconds to write the rows of the ledger once more, into an empty table with the same indexes."""
    fields = [field.column for field in Delivery._meta.concrete_fields]
    columns = ", ".join(fields)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM mail_delivery")
        rows = cursor.fetchall()
        if connection.vendor == "postgresql":
            cursor.execute("CREATE TABLE bare (LIKE mail_delivery INCLUDING ALL)")
            texts = [[json.dumps(one) if isinstance(one, dict) else one for one in row] for row in rows]

            def write() -> None:
                with cursor.copy(f"COPY bare ({columns}) FROM STDIN") as copy:
                    for row in texts:
                        copy.write_row(row)
        else:
            cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'mail_delivery' AND sql > ''")
            for (sql,) in cursor.fetchall():
                cursor.execute(sql.replace('"mail_delivery"', '"bare"').replace('"delivery_', '"bare_'))
            places = ", ".join(["%s"] * len(fields))

            def write() -> None:
                cursor.executemany(f"INSERT INTO bare ({columns}) VALUES ({places})", rows)

        took = seconds(transaction.atomic(write))
        cursor.execute("DROP TABLE bare")
    return took


def digests_act(subscribers: int) -> dict[str, float]:
    """Seconds to owe a daily digest to each subscriber, who chose among 200 sets of preferences."""
    technologies = [make_technology() for _ in range(20)]
    subscribe(subscribers, "daily")
    # 10 ranges of difficulty × 20 technologies, dealt out in turn: 200 sets.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE subscriptions_subscriber SET difficulty_from = 1 + id % 5, difficulty_to = 9 + id / 5 % 2"
        )
    link = Subscriber.technologies.through
    ids = Subscriber.objects.order_by("pk").values_list("pk", flat=True)
    for start in range(0, subscribers, 5000):
        link.objects.bulk_create(
            link(subscriber_id=pk, technology=technologies[pk // 10 % 20]) for pk in ids[start : start + 5000]
        )
    for technology in technologies:
        make_question(technology=technology.slug, difficulty=6)
    analyse()
    took = seconds(digests.send_digests)
    assert Delivery.objects.count() == subscribers
    return {"digests_s": took}


if __name__ == "__main__":
    act, *numbers = sys.argv[1:]
    acts: dict[str, Callable[..., dict[str, float]]] = {
        "sending": sending_act,
        "readers": readers_act,
        "fanout": fanout_act,
        "digests": digests_act,
    }
    figures = acts[act](*map(int, numbers))
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}))
