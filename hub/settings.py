"""All settings, read from the environment; every default runs on a laptop with no service at all.

Each variable may also be given as ``NAME_FILE``, the path of a file that holds the value (Docker and
systemd secrets). The table in docs/operations.md explains each one.
"""

import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF

from hub.core.environment import Environment
from hub.core.keys import kept_key
from hub.core.release import release_of

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

# Places -----------------------------------------------------------------------------------------

DATA_DIR = Path(env.str("HUB_DATA", default=str(BASE_DIR / "var"))).resolve()
CONTENT_DIR = Path(env.str("HUB_CONTENT", default=str(BASE_DIR / "content"))).resolve()
PORT = env.int("PORT", default=8000)
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
SITE_NAME = env.str("SITE_NAME", default="Knowledge Hub")

# Keys: given in production, made once and kept under DATA_DIR on a laptop ------------------------

KEY_DIR = DATA_DIR / "keys"
KEYS_MADE_HERE = [name for name in ("SECRET_KEY", "LINK_KEY", "ADDRESS_KEY") if not env.str(name, default="")]
SECRET_KEY = env.str("SECRET_KEY", default="") or kept_key(KEY_DIR / "secret")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
LINK_KEY = env.str("LINK_KEY", default="") or kept_key(KEY_DIR / "link")
LINK_KEY_FALLBACKS = env.list("LINK_KEY_FALLBACKS", default=[])
ADDRESS_KEY = env.str("ADDRESS_KEY", default="") or kept_key(KEY_DIR / "address")

DEBUG = env.bool("DEBUG", default=False)
TESTING = "pytest" in sys.modules
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[urlsplit(SITE_URL).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])

# The house --------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "taggit",  # first, so that the kernel's admin can take its unused model off the desk
    "hub.core",
    "hub.search",
    "hub.mail",
    "questions",
    "debugarchive",
    "snippets",
    "systemdesign",
    "learningpaths",
    "security",
    "contributions",
    "subscriptions",
    "hub.accounts",
    "hub.pages",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
]

MIDDLEWARE = [
    "hub.core.middleware.RequestRecord",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "hub.core.middleware.DatabaseOutage",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hub.accounts.middleware.StaffSecondFactor",
]

ROOT_URLCONF = "hub.urls"
WSGI_APPLICATION = "hub.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hub.core.context.site",
            ],
        },
    },
]

# Data -------------------------------------------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", default="")
DATABASE_POOL_SIZE = env.int("DATABASE_POOL_SIZE", default=10)
WEB_THREADS = env.int("WEB_THREADS", default=8)  # read by deploy/gunicorn.conf.py; here for a system check
if DATABASE_URL:
    DATABASES = {"default": env.database("DATABASE_URL")}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATA_DIR / "hub.sqlite3")}}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
    }
    # Tests use a file too: several connections must see one database, as in production.
    _database["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
elif not TESTING:
    # A request that finds the database away waits two seconds, then says so (503); the pool looks for it
    # again on the next request, so nothing here has to be restarted.
    _database["CONN_HEALTH_CHECKS"] = True
    _database.setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
    _database["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": DATABASE_POOL_SIZE,
        "timeout": 2,
        "reconnect_timeout": 2,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
# "default" is shared by all processes, "near" is what each of them remembers of it: one thing without Redis.
_NEAR = {
    "BACKEND": "hub.core.caching.ObjectCache",
    "LOCATION": "remembered",
    "OPTIONS": {"MAX_ENTRIES": 500},
}
PAGES_KEPT = env.int("PAGES_KEPT", default=500)
CACHES = {
    "default": {
        "BACKEND": "hub.core.caching.PatientRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "hub",
        "OPTIONS": {"socket_timeout": 0.1, "socket_connect_timeout": 0.1},
    }
    if REDIS_URL
    else _NEAR,
    "near": _NEAR,
    # Whole public pages, in each process: hot ones stay, cold ones leave. Keyed by what they depend on.
    "pages": {
        "BACKEND": "hub.core.caching.ObjectCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": PAGES_KEPT},
    }
    if PAGES_KEPT
    else {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    # Parts of pages, in each process: cards under what they show, others under what they depend on.
    "fragments": {
        "BACKEND": "hub.core.caching.ObjectCache",
        "LOCATION": "fragments",
        "OPTIONS": {"MAX_ENTRIES": 3000},
    },
}

# Work: the database says what is due; a message only wakes a worker -------------------------------

QUEUE_DIR = DATA_DIR / "queue"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    # max_retries concerns hints alone (a worker has its own patience): without it each waits four seconds.
    {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0}
    if REDIS_URL
    else {
        "data_folder_in": str(QUEUE_DIR),
        "data_folder_out": str(QUEUE_DIR),
        "control_folder": str(QUEUE_DIR / "control"),
    }
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", default=2)
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# Mail: files on a laptop, a relay in production ----------------------------------------------------

MAIL_DIR = DATA_DIR / "mail"
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.mail("EMAIL_URL"))
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
MAIL_CONNECTIONS = env.int("MAIL_CONNECTIONS", default=2)  # to the relay, of one drain on PostgreSQL
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Knowledge Hub <hub@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
CONTRIBUTIONS_EMAIL = env.str("CONTRIBUTIONS_EMAIL", default="")
CONTRIBUTIONS_MAILBOX = env.str("CONTRIBUTIONS_MAILBOX", default="")
UNSUBSCRIBE_EMAIL = env.str("UNSUBSCRIBE_EMAIL", default="")
BOUNCES_EMAIL = env.str("BOUNCES_EMAIL", default="")
BOUNCES_MAILBOX = env.str("BOUNCES_MAILBOX", default="")
ANYMAIL = env.dict("ANYMAIL", default={})  # an optional extra: webhooks of mail services
if ANYMAIL and find_spec("anymail"):
    INSTALLED_APPS.append("anymail")

# Part of every ETag: pages change with the code, and with the settings that they speak of -------------

RELEASE = env.str("RELEASE", default="") or release_of(BASE_DIR, SITE_URL, SITE_NAME, CONTRIBUTIONS_EMAIL)

# Accounts -----------------------------------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "hub.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_RATE_LIMITS = False  # hub.accounts.limits counts in rows, which hold without Redis too
MFA_ADAPTER = "hub.accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "hub.accounts.limits.CountedAuthenticateForm",
    "reauthenticate": "hub.accounts.limits.CountedReauthenticateForm",
}
MFA_RATE_LIMITS = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # one step of 30 seconds to either side (RFC 6238, 5.2)
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=SITE_URL.startswith("https://"))

# Language and time --------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# Static files -------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "hub.core.staticnames.HashedNames"
    },
}
MEDIA_ROOT = DATA_DIR / "media"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Safety -------------------------------------------------------------------------------------------

_https = SITE_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = _https and env.bool("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if _https else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# API ----------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["hub.core.json_bodies.JSONBodyParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["hub.accounts.access.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_PAGINATION_CLASS": "hub.core.cursors.EntryCursorPagination",
    "DEFAULT_SCHEMA_CLASS": "hub.core.rest.ProblemAutoSchema",
    "DEFAULT_VERSIONING_CLASS": None,
    "EXCEPTION_HANDLER": "hub.core.rest.problem_response",
    "PAGE_SIZE": 20,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Knowledge Hub API",
    "DESCRIPTION": "Read the whole archive; contribute and subscribe. Errors are RFC 9457 problem details.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {"MatchLevel": "debugarchive.models.MatchLevel.choices"},
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "LICENSE": {"name": "Content: CC BY 4.0", "identifier": "CC-BY-4.0"},
}

TAGGIT_CASE_INSENSITIVE = True

# Logs: one line a record, with the request's id, without personal data -----------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"record": {"()": "hub.core.logs.RecordFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "record"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.server": {"handlers": ["console"], "propagate": False},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        "gunicorn.http.wsgi": {"level": "ERROR"},  # it warns of each HEAD request
    },
}
