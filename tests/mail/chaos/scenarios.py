"""The scenarios: each acts on a world, and returns its account."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from hub.core.hints import hint
from hub.mail import resolving
from hub.mail.models import Delivery
from subscriptions import enrolling
from subscriptions.models import Subscriber
from subscriptions.news import last_announced
from tests.factories import make_question
from tests.mail.chaos.sink import Faults
from tests.mail.chaos.world import Result, World
from tests.operations.servers import Redis


def kills(world: World, times: int) -> Result:
    """``kill -9`` of the worker at random moments: at most one message a kill and connection is in doubt."""
    owed = world.addresses()
    most = world.connections
    with world.scene(Faults(pause=0.002)):  # a relay that thinks for a moment is caught thinking
        world.owe(owed)
        on_the_wire: set[int] = set()  # until the reaper has come round, older kills are among them
        worst = 0
        for n in range(times):
            first, last = (part * len(owed) // (times + 1) for part in (n, n + 1))
            world.start()
            world.wait_taken(world.dice.randint(first + 1, max(first + 1, last)))
            time.sleep(world.dice.random() * 0.02)  # the moment within a message
            world.kill()
            caught = set(Delivery.objects.filter(state="sending").values_list("pk", flat=True)) - on_the_wire
            on_the_wire |= caught
            worst = max(worst, len(caught))
            world.pass_lease()
            world.say(f"kill {n + 1} of {times} after {len(world.sink.events())} of {len(owed)}")
        world.start()
        world.wait_finished()
        result = world.count(f"kill -9, {times} times", owed)
        result.expect(worst <= most, f"{worst} in doubt after one kill")
        result.expect(result.doubtful == len(on_the_wire), "the doubtful list is not what was on the wire")
        result.expect(len(owed) == Delivery.objects.count(), "the ledger has other rows than were owed")
        return result


def broker_lost(world: World, redis: Redis) -> Result:
    """Redis is emptied in mid-run; then it dies while more mail is owed, of which no hint arrives.

    The last of it is owed when no drain runs any more, so that beat alone can wake one.
    """
    owed = world.addresses()
    half = len(owed) // 2
    with world.scene():
        world.owe(owed[:half])
        world.start()
        world.wait_taken(half // 2)
        redis.empty()
        world.say("Redis emptied")
        world.wait_taken(half)
        redis.empty()
        world.owe(owed[half : half + half // 2])
        world.wait_taken(half + half // 4)
        world.wait_finished()
        redis.stop()
        world.say("Redis gone")
        world.owe(owed[half + half // 2 :])
        time.sleep(2)
        meanwhile = len(world.sink.events()) - half - half // 2
        redis.start()
        world.say("Redis back")
        world.wait_finished()
        result = world.count("Redis emptied, then lost", owed)
        result.expect(not meanwhile, f"{meanwhile} went out without a broker: nothing was shown of beat")
        result.note = f"{world.revived} workers ended with it and were started again"
        return result


def queue_lost(world: World) -> Result:
    """The same without Redis: every file of the queue is deleted in mid-run, again and again."""
    owed = world.addresses()
    with world.scene():
        world.owe(owed)
        world.start()
        while world.is_open():
            for path in (world.folder / "queue").glob("*.msg"):
                path.unlink(missing_ok=True)
            world.wait_taken(len(world.sink.events()) + max(1, len(owed) // 20))
        return world.count("queue emptied", owed)


def hints_tripled(world: World) -> Result:
    """Two beats, and every hint three times: not one row more, and nobody gets two."""
    owed = world.addresses()
    half = len(owed) // 2
    with world.scene():
        told = last_announced()
        world.subscribe(owed[:half], told)
        world.subscribe(owed[half:], told, frequency="daily")
        world.start()
        world.start()
        make_question()
        for _ in range(5):
            for task in ("mail.tasks.drain", "mail.tasks.reap"):
                for _ in range(3):
                    hint(f"hub.{task}")
            for task in ("send_alerts", "send_digests"):
                for _ in range(3):
                    hint(f"subscriptions.tasks.{task}")
            world.wait_taken(len(world.sink.events()) + len(owed) // 6)
        world.wait(lambda: Delivery.objects.count() >= len(owed) and not world.is_open())
        result = world.count("two beats, hints tripled", owed)
        rows = Delivery.objects.count()
        result.expect(rows == len(owed), f"{rows} rows for {len(owed)} messages")
        return result


def dropped(world: World) -> Result:
    """The relay ends the connection before the final dot for some, after it for others."""
    owed = world.addresses()
    after, before = owed[7::50], owed[9::50]
    # Twice: where the connection was used before, the message is tried once more at once.
    with world.scene(Faults(drop_after=after, drop_before=dict.fromkeys(before, 2))):
        world.owe(owed)
        world.start()
        while world.is_open():
            world.wait(lambda: not Delivery.objects.due(datetime.now(UTC)).exists() and not _held())
            world.pass_back_off()
        waiting = set(Delivery.objects.filter(attempts__gt=1).values_list("address", flat=True))
        result = world.count("connection dropped", owed)
        doubtful = set(Delivery.objects.doubtful().values_list("address", flat=True))
        result.expect(doubtful == set(after), "the doubtful are not those who were dropped after the dot")
        result.expect(waiting == set(before), "others waited than those who were dropped before the dot")
        result.note = f"{len(after)} after the dot, {len(before)} before it"
        return result


def storm(world: World) -> Result:
    """Every recipient is refused for now, once to three times, at RCPT or after the final dot."""
    owed = world.addresses()
    faults = Faults()
    for n, address in enumerate(owed):
        place, times = (faults.rcpt, faults.data)[n % 2], 1 + n % 3
        place[address] = ["451 4.3.0 not now"] * times
    with world.scene(faults):
        world.owe(owed)
        world.start()
        while world.is_open():
            world.wait(lambda: not Delivery.objects.due(datetime.now(UTC)).exists() and not _held())
            world.say(f"{world.pass_back_off()} wait, {len(world.sink.events())} taken")
        result = world.count("4xx storm", owed)
        result.note = f"{len(world.sink.events('refused'))} refusals"
        result.expect(result.sent == len(owed), "not everybody got it")
        return result


def limits(world: World) -> Result:
    """Ten messages a connection, and 421 in the middle of the dialogue for some."""
    owed = world.addresses()
    faults = Faults(per_connection=10)
    faults.rcpt.update({address: ["421 4.3.2 going down"] * 2 for address in owed[3::40]})
    faults.data.update({address: ["421 4.3.2 going down"] * 2 for address in owed[5::40]})
    with world.scene(faults):
        world.owe(owed)
        world.start()
        while world.is_open():
            world.wait(lambda: not Delivery.objects.due(datetime.now(UTC)).exists() and not _held())
            world.pass_back_off()
        result = world.count("421, ten a connection", owed)
        result.expect(result.sent == len(owed), "not everybody got it")
        result.expect(not result.doubtful, "a clear refusal counted as doubt")
        return result


def unsubscribes(world: World, number: int) -> Result:
    """People leave while the mails go out: who had left before the intent was written gets nothing."""
    owed = world.addresses()
    with world.scene():
        world.owe(owed)
        world.start()
        leaving = world.dice.sample(owed, number)
        rows = {row.address: row for row in Subscriber.objects.filter(address__in=leaving)}
        world.wait_taken(1)
        in_time = set()
        for n, address in enumerate(leaving):
            world.wait_taken(n * len(owed) // (2 * number))
            enrolling.leave(rows[address])
            # Looked at after leaving has committed: what is not on the wire now must never leave.
            if not Delivery.objects.filter(address=address).exclude(
                state__in=["pending", "claimed", "skipped"]
            ):
                in_time.add(address)
        world.wait_finished()
        taken = world.taken()
        stopped = Delivery.objects.filter(state="skipped", reason="unsubscribed", address__in=leaving)
        skipped = set(stopped.values_list("address", flat=True))
        result = world.count(f"{number} unsubscribes", [one for one in owed if one not in skipped])
        too_late = in_time & set(taken)
        result.expect(not too_late, f"{len(too_late)} got a mail after they had left")
        result.expect(in_time <= skipped, f"{len(in_time - skipped)} had left in time and were not skipped")
        result.expect(not skipped & set(taken), "somebody was skipped and got it")
        result.expect(skipped, "nobody left in time: the run was too short to show anything")
        result.note = f"{len(skipped)} left in time"
        return result


def pause(world: World) -> Result:
    """An editor pauses the edition in mid-run, and resumes it."""
    owed = world.addresses()
    with world.scene():
        world.owe(owed)
        world.start()
        world.wait_taken(len(owed) // 4)
        slot = Delivery.objects.values_list("slot", flat=True)[0]
        resolving.pause("alert", slot, None, "chaos")
        paused = time.time()
        world.wait(lambda: time.time() > paused + 4)
        late = [event["at"] - paused for event in world.sink.events() if event["at"] > paused]
        at_rest = len(world.sink.events())
        resolving.resume("alert", slot)
        world.wait_finished()
        result = world.count("pause and resume", owed)
        last = max(late, default=0.0)
        result.expect(last <= 2, f"the last mail came {last:.1f} s after the pause")
        result.expect(len(late) <= world.connections * 2, f"{len(late)} mails came after the pause")
        result.expect(at_rest < len(owed), "it was over before the pause")
        result.note = f"{len(late)} mails in {last:.2f} s after it"
        return result


def _held() -> bool:
    return Delivery.objects.filter(state__in=Delivery.HELD).exists()


def all_of(times: int, leaving: int, redis: Redis | None) -> dict[str, Callable[[World], Result]]:
    """Name → scenario."""
    return {
        "kill": lambda world: kills(world, times),
        "broker": lambda world: broker_lost(world, redis) if redis else queue_lost(world),
        "beats": hints_tripled,
        "drop": dropped,
        "storm": storm,
        "limits": limits,
        "leave": lambda world: unsubscribes(world, leaving),
        "pause": pause,
    }
