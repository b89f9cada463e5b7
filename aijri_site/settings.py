"""One settings file. What varies comes from the environment (CONTRACT: "Environment")."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from psycopg.conninfo import conninfo_to_dict

from aijri_site import mail
from aijri_site.embedded import addresses
from aijri_site.env import Environment
from aijri_site.logs import configure_logging

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(os.environ)

LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
DATA_DIR = addresses.data_dir(os.environ)
DEBUG = env.flag("DEBUG", False)
DEMO = env.flag("DEMO", False)
# `manage.py` in a second shell finds the servers and the key of a running `make run` by its data folder.
OWN_KEY = addresses.secret_key(DATA_DIR)
LOCAL = DEBUG or DEMO or bool(OWN_KEY and not os.environ.get("DATABASE_URL"))

SECRET_KEY = env.text("SECRET_KEY", (OWN_KEY or "debug-only-key") if LOCAL else None)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", LOOPBACK if LOCAL else None)
DATABASE_URL = env.text("DATABASE_URL", addresses.database_url(DATA_DIR) if LOCAL else None)
REDIS_URL = env.text("REDIS_URL", addresses.redis_url(DATA_DIR) if LOCAL else None)
SITE_URL = env.text("SITE_URL", f"http://127.0.0.1:{env.integer('PORT', 8000)}" if LOCAL else None)
if DEMO and not set(ALLOWED_HOSTS) <= set(LOOPBACK):
    env.faults.append("DEMO=1 has well-known passwords and serves this machine alone: ALLOWED_HOSTS names others")
try:
    MAIL = mail.read(env.text("EMAIL_URL", ""))
except ValueError as fault:
    env.faults.append(str(fault))
env.refuse_if_faulty()


def database_from(url: str) -> dict[str, object]:
    """Django's database settings from any URL that libpq reads."""
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Prepared is what asks for it (`assessments.prepared`), however often anything else is run.
        "OPTIONS": {"connect_timeout": 5, "prepare_threshold": 2**31, **parts},
        "TEST": {"NAME": f"test_{os.environ.get('AIJRI_TEST_NAME', 'aijri')}"},
    }


DATABASES = {"default": database_from(DATABASE_URL)}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "aijri",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_standardized_errors",
    "rest_framework",
    "simple_history",
    "assessments",
    "reviews",
    "aijri_site",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "aijri_site.middleware.request_id",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "aijri_site.languages.Languages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "aijri_site.middleware.whole_characters",
    "django_htmx.middleware.HtmxMiddleware",
    "aijri_site.resending.signed_out",
    "aijri_site.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "aijri_site.urls"
WSGI_APPLICATION = "aijri_site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "assessments.templatetags.said"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "reviews.unread.unread",
            ],
        },
    }
]

# -- people -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "assessments.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "home"
# Name and address together: a stranger who knows a name cannot lock its owner out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "public/locked.html"
AXES_ENABLE_ADMIN = False

# -- transport --------------------------------------------------------------------------------------------------------
SECURE = urlsplit(SITE_URL).scheme == "https"
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SECURE else []
CSRF_FAILURE_VIEW = "aijri_site.resending.csrf_failure"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
# The import room itself says how many documents it takes: more files than that must reach it to be counted.
DATA_UPLOAD_MAX_NUMBER_FILES = 2_000
UPLOAD_MAX_BYTES = 8_000_000
FILE_UPLOAD_HANDLERS = [
    "aijri_site.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# -- mail -------------------------------------------------------------------------------------------------------------
# Without EMAIL_URL nothing is mailed, and the account page says so: notifications stay in the application.
MAIL_GOES_OUT = MAIL is not None
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL else 'dummy'}.EmailBackend"
if MAIL:
    EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.starttls, MAIL.tls
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = (
    MAIL.sender if MAIL and MAIL.sender else f"AIJRI Review <no-reply@{urlsplit(SITE_URL).hostname}>"
)
# The hour, UTC, after which a day's digests are mailed; the relay looks once a minute.
DIGEST_HOUR = 6

# -- language and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = SECURE
FORMAT_MODULE_PATH = "aijri_site.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# -- files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_MANIFEST_STRICT = False

# -- API --------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "assessments.api.authentication.TokenAuthentication",
        "assessments.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["assessments.api.permissions.MayWrite"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "assessments.api.parsing.StrictJSONParser",
        "assessments.api.parsing.MergePatchParser",
    ],
    "DEFAULT_PAGINATION_CLASS": "assessments.api.pagination.Cursor",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "assessments.api.schema.Schema",
    "DEFAULT_THROTTLE_CLASSES": [
        "assessments.api.throttling.Anonymous",
        "assessments.api.throttling.SignedIn",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": os.environ.get("API_RATE_ANONYMOUS", "1200/min"),
        "user": os.environ.get("API_RATE_TOKEN", "6000/min"),
        "report": os.environ.get("REPORT_RATE", "10/hour"),
    },
    # Whose X-Forwarded-For counts: nobody's, unless so many proxies of ours stand in front.
    "NUM_PROXIES": int(os.environ.get("TRUSTED_PROXIES", "0")),
    "EXCEPTION_HANDLER": "assessments.api.errors.handle",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "AIJRI Review",
    "DESCRIPTION": "Published assessments of how far roles resist displacement by AI, and the desk that makes them.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {},
}

# -- work in the background -------------------------------------------------------------------------------------------
CELERY_BROKER_URL = addresses.celery_url(REDIS_URL)
CELERY_TASK_ACKS_LATE = True
# A worker keeps its connection, and what is prepared on it, from task to task; `tasks` looks whether it is still good.
CELERY_DB_REUSE_MAX = 2**31
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    # A producer that cannot reach the broker says so at once: the outbox keeps the message.
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
# The outbox: how long a claimed message is left alone before it is claimed again, and the relay's longest sleep.
# A lease doubles with every time that nobody finished the message, up to the longest.
OUTBOX_LEASE_SECONDS = env.integer("OUTBOX_LEASE_SECONDS", 10)
OUTBOX_LONGEST_LEASE_SECONDS = 300
# How long a message waits after its first, second, … failure (the last repeats), and after how many it is dead.
OUTBOX_PAUSES = (30, 120, 600, 1800, 3600)
OUTBOX_TRIES = env.integer("OUTBOX_TRIES", 8)
OUTBOX_TICK_SECONDS = 1.0
OUTBOX_READY_AGE_SECONDS = 60
# How many workers at most are at a rebuild of all comparisons at once: with as many as there are processors it is done
# sooner, and readers and publications wait for it.
REBUILD_LANES = env.integer("REBUILD_LANES", 1)

# -- stored pages -----------------------------------------------------------------------------------------------------
# What a web process holds of published pages, how often it looks for changes that nobody told it of, and how long it
# shows what it holds while the database does not answer (docs/adr/0017).
STORED_PAGES_MEGABYTES = env.integer("STORED_PAGES_MEGABYTES", 64)
STORED_PAGES_LOOK_SECONDS = 0.5
STORED_PAGES_BLIND_SECONDS = 60.0

# -- data -------------------------------------------------------------------------------------------------------------
# Where dumps of the catalogue stand: one folder that the worker writes and the web serves. The hour is of UTC.
DUMP_DIR = Path(env.text("DUMP_DIR", str(DATA_DIR / "dumps")))
DUMP_HOUR = env.integer("DUMP_HOUR", 2)
DATA_LICENCE = env.text("DATA_LICENCE", "CC BY 4.0")
DATA_LICENCE_URL = env.text("DATA_LICENCE_URL", "https://creativecommons.org/licenses/by/4.0/")

# -- reviews ----------------------------------------------------------------------------------------------------------
# How long "I am on it" lasts unless it is said again.
CLAIM_HOURS = env.integer("CLAIM_HOURS", 48)
# After how many days without a save administrators are shown a draft as left lying.
ABANDONED_DAYS = env.integer("ABANDONED_DAYS", 30)

LOGGING_CONFIG = None
configure_logging(debug=DEBUG)
