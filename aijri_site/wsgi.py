"""The WSGI entry point that granian and gunicorn load."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aijri_site.settings")
django = get_wsgi_application()
# They read settings, which are there once Django is.
from django.conf import settings  # noqa: E402

from aijri_site.front import Front  # noqa: E402
from aijri_site.patience import Patient  # noqa: E402

application = Front(Patient(django, largest=settings.UPLOAD_MAX_BYTES))
