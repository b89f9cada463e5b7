"""The WSGI entry point that granian and gunicorn load."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aijri_site.settings")
django = get_wsgi_application()
# It reads settings: they are there once Django is.
from aijri_site.front import Front  # noqa: E402

application = Front(django)
