#!/usr/bin/env python
"""Django's command line for Knowledge Hub."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    try:
        settings.DATA_DIR  # noqa: B018 - the first look at any setting reads them all from the environment
    except (ImproperlyConfigured, ValueError) as error:
        sys.exit(f"The settings can't be used: {error}")
    execute_from_command_line(sys.argv)
