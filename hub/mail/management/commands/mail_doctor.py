from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from hub.core.addresses import normalised_address
from hub.mail import doctor
from hub.mail.relay import RelayDown, Verdict, configured_relay


class Command(BaseCommand):
    help = "Say what is wrong with the mail of this hub, each fault with its mend; ends with 1 where one is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--send-to", metavar="ADDRESS", help="send a sample digest there")

    def handle(self, *args: Any, **options: Any) -> None:
        faults = 0
        for finding in doctor.examine():
            faults += finding.is_fault
            mark = "FAULT" if finding.is_fault else "mind " if finding.mend else "right"
            self.stdout.write(f"{mark}  {finding.what}")
            if finding.mend:
                self.stdout.write(f"       → {finding.mend}")
        if options["send_to"]:
            self._send(options["send_to"])
        if faults:
            raise CommandError(f"{faults} fault{'s' if faults > 1 else ''}.")

    def _send(self, to: str) -> None:
        try:
            address = normalised_address(to)
        except ValidationError as error:
            raise CommandError(f"{to!r} is no e-mail address.") from error
        message = doctor.sample(address)
        if message is None:
            raise CommandError("Nothing was published yet, so there is no digest to send.")
        relay = configured_relay()
        try:
            relay.open()
            outcome = relay.send(message)
        except RelayDown as error:
            raise CommandError(f"Not sent: {error}") from error
        finally:
            relay.close()
        words = f"{outcome.code or ''} {outcome.text}".strip()
        if outcome.verdict is not Verdict.ACCEPTED:
            raise CommandError(f"Not sent ({outcome.verdict.value}): {words}")
        self.stdout.write(
            f"Sent to {address}: {words}. Look at its headers for spf=pass, dkim=pass, dmarc=pass."
        )
