"""Set-up inside Django, in one process because each start of Django costs a second or two."""

import os

import django
from django.core.management import call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "techpack_site.settings.local")
    django.setup()
    call_command("migrate", interactive=False, verbosity=1)
    call_command("demo")


if __name__ == "__main__":
    main()
