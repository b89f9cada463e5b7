#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys


def main() -> None:
    """Run the command named in the arguments."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aijri_site.settings")
    if sys.argv[1:2] == ["run"]:
        os.environ.setdefault("DEMO", "1")  # as the supervisor does, so that settings load before it takes over
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
