"""Migrations and demo, in one process because each start of Django costs a second or two.

Prints the demo login on stdout; what migrations say goes to stderr.
"""

import os
import sys

import django
from django.core.management import call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "techpack_site.settings.local")
    django.setup()
    call_command("migrate", interactive=False, stdout=sys.stderr)
    call_command("demo")


if __name__ == "__main__":
    main()
