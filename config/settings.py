"""Settings of a site, from the environment. What each variable means stands in `docs/operating.md`.

Secrets come from files (`<NAME>_FILE`). When no database is named, the URLs that the embedded engine wrote
under `HOLDFAST_VAR` are used, so that `manage.py` works in another shell while `bin/run` is up.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import env, room
from config.words import words
from custody import terms

BASE = Path(__file__).resolve().parent.parent
VAR = env.folder("HOLDFAST_VAR", BASE / "var")
LEDGER_DIR = env.folder("HOLDFAST_LEDGER_DIR", VAR / "ledger")
KEYS_DIR = env.folder("HOLDFAST_KEYS_DIR", VAR / "keys")
TRUST_DIR = env.folder("HOLDFAST_TRUST_DIR", VAR / "trust")
REPORTS_DIR = env.folder("HOLDFAST_REPORTS_DIR", VAR / "reports")
FILES_DIR = env.folder("HOLDFAST_FILES_DIR", VAR / "files")  # evidence files, encrypted
FILES_MAX_BYTES = env.number("HOLDFAST_FILES_MAX_MB", 50, at_least=1) * 1_000_000


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a file that our own set-up wrote; an absent file is an empty object."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return value if isinstance(value, dict) else {}


# --- the site ---------------------------------------------------------------------------------------------

EMBEDDED = read_json(VAR / "run" / "urls.json") if not env.secret("DATABASE_URL") else {}
SITE = read_json(VAR / "site.json")  # written once by bin/run: is this a demo or a real site?
DEMO = env.flag("HOLDFAST_DEMO", bool(SITE.get("demo", False)))
DEBUG = env.flag("DEBUG")
SITE_URL = env.text("SITE_URL", str(EMBEDDED.get("SITE_URL", "http://localhost:8000"))).rstrip("/")
_site = urlsplit(SITE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname:
    raise ImproperlyConfigured(f"SITE_URL is {SITE_URL!r}; expected https://name or http://localhost:8000.")
TLS = _site.scheme == "https"
LOCAL_DEMO = DEMO and not TLS and _site.hostname == "localhost"
RP_ID = env.text("RP_ID", _site.hostname)  # of passkeys and of the log's origin: never from the Host header
LEDGER_PUBLIC = env.flag("LEDGER_PUBLIC", DEMO)
LEDGER_TOKEN = env.secret("LEDGER_TOKEN")  # what readers of a log that is not public show
LEDGER_WITNESSES = env.addresses("HOLDFAST_WITNESSES")  # before those in the trust folder's policy
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", sorted({_site.hostname, "localhost", "127.0.0.1", "[::1]"}))
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [SITE_URL])

# --- engine -----------------------------------------------------------------------------------------------

ENGINE_MISSING = not env.secret("DATABASE_URL") and not EMBEDDED
_NO_ENGINE = f"postgresql://holdfast_app@/holdfast?host={quote(str(VAR / 'run' / 'pg'), safe='')}"


def url(name: str, otherwise: str) -> str:
    """Return a server's address: the variable, else what the embedded engine wrote, else `otherwise`."""
    return env.secret(name) or str(EMBEDDED.get(name, "")) or otherwise


def database(name: str, otherwise: str, program: str) -> dict[str, Any]:
    """Return one connection: kept for a minute, tested before use, with its purpose visible to the server."""
    settings = env.postgres(name, url(name, otherwise))
    settings["OPTIONS"] = {"connect_timeout": 10, "application_name": program, **settings["OPTIONS"]}
    settings["CONN_MAX_AGE"] = 60
    settings["CONN_HEALTH_CHECKS"] = True
    settings["ATOMIC_REQUESTS"] = False  # a refusal is an entry: it must not roll back with a raised error
    return settings


_APP_URL = url("DATABASE_URL", _NO_ENGINE)
DATABASES = {
    "default": database("DATABASE_URL", _NO_ENGINE, "holdfast"),
    "owner": database("DATABASE_OWNER_URL", _APP_URL, "holdfast-owner"),
    "eraser": database("DATABASE_ERASER_URL", _APP_URL, "holdfast-eraser"),
    "sealer": database("DATABASE_DIRECT_URL", _APP_URL, "holdfast-sealer"),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = url("REDIS_URL", f"unix://{VAR / 'run' / 'valkey' / 'valkey.sock'}?db=0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}


def own_secret(name: str) -> str:
    """Return a secret of the site; one on the embedded engine makes its own on first use, readable by us."""
    value = env.secret(name)
    if value:
        return value
    if env.secret("DATABASE_URL"):
        raise ImproperlyConfigured(f"{name}_FILE must name a file with at least 50 random characters.")
    path = VAR / "secrets" / name.lower()
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(dir=path.parent)  # readable by us alone
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(64))
        with suppress(FileExistsError):  # two first processes at once: the first wins, both read it
            os.link(fresh, path)
        Path(fresh).unlink()
    return path.read_text(encoding="utf-8").strip()


SECRET_KEY = own_secret("SECRET_KEY")
FACTOR_KEY = own_secret("FACTOR_KEY")  # seals what code apps share with the site, and counter PINs

# --- applications -----------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config.apps.HouseConfig",
    "custody",
    "ledger",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
]
# The tables as they lie, read-only, for superusers. It has no table of its own: nothing is changed there.
DJANGO_ADMIN = env.flag("DJANGO_ADMIN")
if DJANGO_ADMIN:
    INSTALLED_APPS.append("django.contrib.admin.apps.SimpleAdminConfig")
MIGRATION_MODULES: dict[str, str | None] = {"admin": None}
MIDDLEWARE = [
    "custody.web.pace.BehindProxy",  # before whatever asks where a request comes from
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "custody.web.middleware.ProgramsUseTls",
    "custody.web.room.Room",  # before anything that asks the database, after what chooses the language
    "custody.web.middleware.InTheSitesZone",  # before whatever asks which roles hold today
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "custody.web.pace.Pace",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "custody.web.sessions.EndsInTime",
    "custody.web.second.MustHaveFactor",
    "custody.web.middleware.SeesWhatIsTheirs",  # before whatever reads what belongs to somebody
    "custody.web.middleware.KnowsThePacks",
    "custody.web.middleware.ActionAnswers",
    "custody.web.middleware.RecordsLooks",
    "custody.web.middleware.ReadInOneTransaction",  # innermost: one page, one moment
]
# How often a signed-in person, a program's key, or an address nobody is signed in at may ask; 0 for no limit.
REQUESTS_A_MINUTE = env.number("REQUESTS_A_MINUTE", 600)
# How many requests a process answers at once, how many wait for their turn, and how long.
ROOM_ANSWERED, ROOM_WAITING, ROOM_SECONDS = room.ANSWERED, room.WAITING, room.SECONDS
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "custody.web.context.site",
            ],
        },
    }
]

# --- language, time, files --------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE / "locale"]
FORMAT_MODULE_PATH = "config.formats"
USE_TZ = True
TIME_ZONE = env.zone("TIME_ZONE", "Asia/Shanghai" if DEMO else "UTC")  # of pages; stores and reports hold UTC
TIME_ZONE_GIVEN = bool(env.text("TIME_ZONE"))  # then it wins over the zone that the site was set up with
TERMINAL_LANGUAGE = words("en", "zh-hans")  # of commands that ask
DJANGO_TABLES2_TEMPLATE = "patterns/tables2.html"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE / "static"]
WHITENOISE_USE_FINDERS = True  # no collectstatic step: one way for the demo and for a real site
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "custody.web.uploads.SealingHandler",  # evidence never touches the disk in plain text
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # packages send nothing; nothing may phone out
MAIL = env.mail("MAIL")  # for the daily mail about notices, which says nothing but counts

# --- sign-in ----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "custody.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: refuses a locked-out sign-in before the password is tried
    "custody.web.pace.NotSprayed",
    "custody.web.accounts.SignInBackend",
    "custody.web.accounts.CounterBackend",  # asked at counters alone, and signs nobody in
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "custody.web.accounts.AccountAdapter"
ACCOUNT_FORMS = {"login": "custody.web.forms.second.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
ACCOUNT_PREVENT_ENUMERATION = True
# Who decides, reads across parties or administers: no page without a second factor, or it is only offered.
SECOND_FACTOR = env.one_of("SECOND_FACTOR", ["required", "offered"], "offered" if DEMO else "required")
# Whether an approval counts only when its officer signed it with a passkey; else how it was given is said.
SIGN_OFF = env.one_of("SIGN_OFF", ["required", "offered"], "offered")
TIME_AUTHORITY = env.time_authority("TSA")  # stamps reports (RFC 3161); None: the time is the unit's word
OIDC = env.sign_in_provider("OIDC")  # the house's own provider; None: user name and password, or a passkey
WEBHOOKS = env.webhook_hosts("WEBHOOKS")  # where webhooks may be sent; none: nothing is ever sent to any
WEBHOOKS_CA_FILE = env.present_file("WEBHOOKS_CA_FILE")  # empty: the roots of the system
# So long a slip of two people can be used from when it is asked for.
SLIP_HOURS = env.number("SLIP_HOURS", 72, at_least=1)
MFA_ADAPTER = "custody.web.accounts.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Holdfast"
MFA_FORMS = {
    "authenticate": "custody.web.forms.second.CodeForm",
    "authenticate_webauthn": "custody.web.forms.second.PasskeyForm",
    "login_webauthn": "custody.web.forms.second.PasskeyAloneForm",
}
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"  # as the backends call it; the form's own field is "login"
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_VERBOSE = False
# What axes keeps of a wrong try is masked in these: codes of a slip, and passwords under any name.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "first", "second", "again", "code", "pin"]

# --- walls of the browser ---------------------------------------------------------------------------------

SECURE_COOKIES = TLS or not LOCAL_DEMO
SESSION_COOKIE_NAME = "__Host-session" if TLS else "holdfast_session"
SESSION_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env.number("SESSION_HOURS", 10, at_least=1) * 3600
SESSION_IDLE_SECONDS = env.number("SESSION_IDLE_MINUTES", 60, at_least=1) * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-csrf" if TLS else "holdfast_csrf"
CSRF_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "__Host-language" if TLS else "holdfast_language"
LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
THEME_COOKIE_NAME = "__Host-theme" if TLS else "theme"
MESSAGE_COOKIE_NAME = "__Host-messages" if TLS else "messages"
MESSAGE_STORAGE = "custody.web.messages.Storage"
SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = [r"^api/"]  # custody.web.middleware.ProgramsUseTls
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SECURE_HSTS_PRELOAD = TLS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
TRUST_PROXY_HEADER = env.flag("TRUST_PROXY_HEADER")
if TRUST_PROXY_HEADER:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *(OIDC.origins if OIDC else ())],  # a form that leads there by a redirect
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "accelerometer": [],
    "autoplay": [],
    "browsing-topics": [],
    "camera": [],  # `custody/web/camera.py` opens it for the pages that scan labels
    "display-capture": [],
    "geolocation": [],
    "gyroscope": [],
    "hid": [],
    "magnetometer": [],
    "microphone": [],
    "midi": [],
    "payment": [],
    "publickey-credentials-create": ["self"],
    "publickey-credentials-get": ["self"],
    "serial": [],
    "usb": [],
}

# --- API --------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    # The key first: its challenge makes an unknown caller a 401.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "custody.api.auth.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "EXCEPTION_HANDLER": "custody.api.problems.handle",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["custody.api.parsing.StrictJSON"],
    "DEFAULT_SCHEMA_CLASS": "custody.api.schema.Schema",
    "DEFAULT_PAGINATION_CLASS": "custody.api.paging.Newest",
    "UNICODE_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Holdfast",
    "DESCRIPTION": "Chain of custody for subcontracted sensitive work.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        name: [(str(word), str(word)) for word in getattr(terms, name)]
        for name in (
            *("AddressKind", "ConsentKind", "ControlKind", "HitState", "NameKind", "PartyKind", "PartyState"),
            *("ReviewOutcome", "SystemKind", "EquipmentKind", "PermitState", "CollectionState", "VisitKind"),
            *("Payment", "PaymentMeans", "DestructionState", "DestructionMethod", "Counted", "Received"),
            *("FindingOutcome", "CopyPermitState", "RegisterKind", "SignInThen"),
            *("ItemState", "ProposalKind", "ProposalState", "Subject", "SampleFound", "ReportKind"),
        )
    },
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
}


# --- background jobs --------------------------------------------------------------------------------------


def celery_url(redis_url: str) -> str:
    """Return Celery's spelling of a Redis address: a socket is `redis+socket://` there, else `unix://`."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    password = f":{parts.password}@" if parts.password else ""
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{password}{parts.path}?virtual_host={number}"


# A message may be lost or come twice; the outbox row is the truth. A task that outlived the visibility
# timeout would run twice at once, so the limits stay below it.
CELERY_BROKER_URL = celery_url(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900}
CELERY_TASK_TIME_LIMIT = 720
CELERY_TASK_SOFT_TIME_LIMIT = 660
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    name: {"task": f"custody.{name}", "schedule": seconds, "options": {"expires": seconds}}
    for name, seconds in (
        ("relay", 5.0),
        ("notices", 60.0),
        ("reminders", 600.0),
        ("screening", 60.0),
        ("sweep_drafts", 3600.0),
        ("sweep_files", 3600.0),
        ("full_checks", 900.0),
        ("recheck", 600.0),
    )
}

# --- log --------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "custody.security_log.OneLine",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "security": {"()": "custody.security_log.SecurityLine"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "security": {"formatter": "security", **env.log_target("SECURITY_LOG")},
    },
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO").upper()},
    "loggers": {
        "axes": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        "django": {"level": "WARNING"},
        "fido2": {"level": "WARNING"},
        "holdfast.security": {"handlers": ["security"], "level": "INFO", "propagate": False},
        "pikepdf": {"level": "WARNING"},
    },
}
