"""Settings come from the environment. Without any, this is the embedded default for one machine:
SQLite, Celery over files, mail into a table of its own. Secure unless told otherwise.

deploy/README.md lists every variable.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from imc_portal.logs import logging_config

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

# The demo signs people in with one click; a system check refuses it on a public host.
DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="demo-only-" + "d" * 50 if DEMO else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "Set SECRET_KEY to a long random text, for example from:\n"
        "  python -c 'import secrets; print(secrets.token_urlsafe(50))'\n"
        "To try the portal on this machine, run ./run demo"
    )
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
HTTPS = SITE_URL.startswith("https://")

# --- Credentials ------------------------------------------------------------------------------
# The host that every credential names for ever; a system check guards it once one was issued.
CREDENTIAL_HOST = env.str("CREDENTIAL_HOST", default=SITE_URL.partition("://")[2])
KEYS_DIR = env.str("KEYS_DIR", default=str(VAR / "keys"))  # only workers need to read it
KEYS_PASSPHRASE = env.str("KEYS_PASSPHRASE", default="")
KEYS_FOR_TRYING = DEMO or DEBUG  # a demo makes its own keys
# What signs papers: a PKCS#12 file, or pkcs11:/path/to/module.so?token=LABEL&key=LABEL; empty: what
# `make_paper_key` made. And who confirms the time of signing (RFC 3161), if anybody.
PAPER_KEY = env.str("PAPER_KEY", default="")
PAPER_KEY_PASSPHRASE = env.str("PAPER_KEY_PASSPHRASE", default=KEYS_PASSPHRASE)  # or its PIN
TIMESTAMP_URL = env.str("TIMESTAMP_URL", default="")

ROOT_URLCONF = "imc_portal.urls"
WSGI_APPLICATION = "imc_portal.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.admin",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_structlog",
    "csp",
    "trail",
    "notices",
    "files",
    "accounts",
    "meetings",
    "frameworks",
    "certificates",
    "credentials",
    "directory",
    "applicants",
    "assessments",
    "portfolios",
    "verification",
    "appeals",
    "awards",
    "renewals",
    "register",
    "imc_portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "imc_portal.middleware.headers",
    "register.api.gate.gate",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.own_time_and_language",
    "accounts.middleware.second_factor_for_staff",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "imc_portal.context.look",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- The database is the truth ---------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Writers are serialised from their first statement; without this, concurrent requests fail.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# --- Redis is a convenience: everything works when it is empty or away ------------------------
REDIS_URL = env.str("REDIS_URL", default="")
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "imc_portal.cache.OpenRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3},
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(VAR / "cache"),
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

CELERY_BROKER_URL = REDIS_URL or "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"visibility_timeout": 900, "socket_timeout": 5, "socket_connect_timeout": 5}
    if REDIS_URL
    else {
        "data_folder_in": str(VAR / "broker"),
        "data_folder_out": str(VAR / "broker"),
        "control_folder": str(VAR / "broker-control"),
        "polling_interval": 0.1,
    }
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat-schedule")
# What the clock starts. Each entry is safe to run twice, twice at once, or a day late.
CELERY_BEAT_SCHEDULE = {
    "drain-letters": {
        "task": "notices.beat.drain",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "seal-credentials": {
        "task": "credentials.beat.seal",
        "schedule": timedelta(seconds=3),
        "options": {"expires": 3},
    },
    "draw-certificates": {
        "task": "certificates.beat.draw",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "work-through-batches": {
        "task": "certificates.beat.work_through_batches",
        "schedule": timedelta(seconds=3),
        "options": {"expires": 3},
    },
    "sweep-exports": {
        "task": "certificates.beat.sweep_exports",
        "schedule": timedelta(hours=6),
    },
    "draw-awards": {
        "task": "awards.beat.draw",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "check-files-of-programmes": {
        "task": "awards.beat.check_files",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "check-files": {
        "task": "portfolios.beat.check_files",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "sweep-directory": {
        "task": "directory.beat.sweep_letters",
        "schedule": timedelta(days=1),
    },
    "sweep-files": {
        "task": "portfolios.beat.sweep_files",
        "schedule": timedelta(days=1),
    },
    "draw-reports": {
        "task": "assessments.beat.draw_reports",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "compare-portfolios": {
        "task": "portfolios.beat.compare",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "make-dossiers": {
        "task": "imc_portal.beat.make_dossiers",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "sweep-dossiers": {
        "task": "imc_portal.beat.sweep_dossiers",
        "schedule": timedelta(hours=6),
    },
    "publish-head": {
        "task": "trail.beat.publish",
        "schedule": timedelta(hours=1),
    },
    "remind-of-meetings": {
        "task": "meetings.beat.remind",
        "schedule": timedelta(minutes=10),
    },
    "sweep-holds": {
        "task": "meetings.beat.sweep_holds",
        "schedule": timedelta(minutes=10),
    },
    "remind-of-cases": {
        "task": "imc_portal.beat.remind_of_cases",
        "schedule": timedelta(hours=1),
    },
    "match-rosters": {
        "task": "imc_portal.beat.match_rosters",
        "schedule": timedelta(minutes=10),
    },
    "remind-of-renewals": {
        "task": "certificates.beat.remind_of_renewals",
        "schedule": timedelta(hours=1),
    },
    "remind-of-award-renewals": {
        "task": "awards.beat.remind_of_renewals",
        "schedule": timedelta(hours=1),
    },
    "remind-of-bids": {
        "task": "awards.beat.remind_of_bids",
        "schedule": timedelta(hours=1),
    },
}

# --- Mail -------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
globals().update({key: value for key, value in EMAIL_CONFIG.items() if key != "EMAIL_FILE_PATH"})
EMAIL_BACKEND = "notices.mailbox.EmailBackend" if DEMO else EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", default="International Mentoring Community <portal@imc.example>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- People and sign-in -----------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupDetails"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False  # the browser forgets when it closes
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before the address, password or factor is changed
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_CHANGE_EMAIL = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "IMC Portal"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
USERSESSIONS_TRACK_ACTIVITY = False
SESSION_COOKIE_AGE = 12 * 60 * 60
STAFF_IDLE_SECONDS = 30 * 60
STAFF_SESSION_SECONDS = 12 * 60 * 60  # however busy

# --- Language and time ------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = env.str("BODY_TIME_ZONE", default="America/Toronto")  # the body's own
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr-ca", "Français")]
FORMAT_MODULE_PATH = ["imc_portal.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS

# --- Files ------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR / "files"  # never served by the web server: downloads pass the object check
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
EVIDENCE_BYTES = 25 * 1024 * 1024
EVIDENCE_MOST = env.int("EVIDENCE_MOST", default=200)  # files and links in one portfolio
EVIDENCE_TOTAL_BYTES = env.int("EVIDENCE_TOTAL_MB", default=500) * 1024 * 1024
CLAMAV_URL = env.str("CLAMAV_URL", default="")  # unix:/run/clamav/clamd.ctl, tcp://host:3310
AUDITORS_OPEN_UNSCANNED = env.bool("AUDITORS_OPEN_UNSCANNED", default=True)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = ["files.receiving.Receiver"]  # to disk, and never more than this:
REQUEST_BYTES = 100 * 1024 * 1024

# --- What a browser may do --------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's own icons and the code of the second factor
        "script-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "imc_portal.views.csrf_failure"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS and env.bool("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^healthz$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

LOGGING = logging_config(level=env.str("LOG_LEVEL", default="INFO"), json=not (DEBUG or DEMO))
VAR.mkdir(parents=True, exist_ok=True)
if not REDIS_URL:
    for folder in ("broker", "broker-control"):
        (VAR / folder).mkdir(exist_ok=True)
