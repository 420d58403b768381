"""manage.py demo: the sample workspace, made once; prints the login."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.techpacks.demo import EMAIL, PASSWORD, DemoNotAllowedError, demo_load


class Command(BaseCommand):
    """Idempotent; refused by settings without DEMO = True."""

    help = "Make the demo workspace with sample garments where it is missing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            demo_load()
        except DemoNotAllowedError as error:
            raise CommandError(
                "The demo has a published password and is not made by these settings."
            ) from error
        self.stdout.write(f"{EMAIL} / {PASSWORD}")
