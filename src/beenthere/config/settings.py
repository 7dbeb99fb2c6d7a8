"""Settings. What differs between machines comes from the environment; see docs/look-up/settings.md."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF, STRICT_DYNAMIC
from django.core.exceptions import ImproperlyConfigured

STATE = Path(os.environ.get("BEENTHERE_STATE", "var/beenthere")).resolve()
DEMO = os.environ.get("BEENTHERE_DEMO") == "1"
DEBUG = False
LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
HOST = os.environ.get("BEENTHERE_HOST", "")
LOCAL = not HOST
ALLOWED_HOSTS = LOOPBACK_HOSTS if LOCAL else [HOST]


def _secret_key() -> str:
    """From the environment, or made once and kept beside the other keys."""
    if "BEENTHERE_SECRET_KEY" in os.environ:
        return os.environ["BEENTHERE_SECRET_KEY"]
    path = STATE / "keys" / "secret.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64))
        except FileExistsError:
            pass
    return path.read_text()


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = [k for k in os.environ.get("BEENTHERE_FORMER_SECRET_KEYS", "").split() if k]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "beenthere.portal",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "beenthere.foundation",
    "beenthere.trust",
    "beenthere.people",
    "beenthere.consent",
    "beenthere.workforce",
    "beenthere.certification",
    "beenthere.support",
    "beenthere.funding",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "beenthere.trust.middleware.outside_any_organization",
    "beenthere.trust.middleware.never_cached",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "beenthere.config.urls"
WSGI_APPLICATION = "beenthere.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                ("beenthere.foundation.folding.Loader", ["django.template.loaders.app_directories.Loader"])
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "beenthere.portal.context.page_frame",
            ],
        },
    }
]
FORM_RENDERER = "beenthere.foundation.forms.HouseRenderer"

# Three roles, three addresses: one serves and owns nothing, one owns and migrates, one loads and backs up.
DATABASE_ROLE = os.environ.get("BEENTHERE_DATABASE_ROLE", "app")
DATABASE_VARIABLES = {
    "app": "DATABASE_URL",
    "owner": "DATABASE_OWNER_URL",
    "loader": "DATABASE_LOADER_URL",
}


# Only what serves pages has a limit (`wsgi` sets it): a person gets a sentence instead of a page that hangs.
STATEMENT_SECONDS = os.environ.get("BEENTHERE_STATEMENT_SECONDS", "")
LIMITS = (
    f"-c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout=3s -c idle_in_transaction_session_timeout=60s"
)


PREPARED = {"server_side_binding": True, "prepare_threshold": 3} if DATABASE_ROLE == "app" else {}


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with postgresql:// (BeenThere runs on PostgreSQL)."
        )
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if STATEMENT_SECONDS:
        options["options"] = f"{LIMITS} {options.get('options', '')}".strip()
    return {
        "ENGINE": "beenthere.foundation.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "beenthere",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 3, **PREPARED, **options},
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


def _user_of(role: str) -> str:
    url = os.environ.get(DATABASE_VARIABLES[role], "")
    return unquote(urlsplit(url).username or f"beenthere_{role}")


DATABASES = {
    "default": _database(os.environ.get(DATABASE_VARIABLES[DATABASE_ROLE], "postgresql:///beenthere"))
}
DATABASE_APP_ROLE = _user_of("app")
DATABASE_LOADER_ROLE = _user_of("loader")

AUTH_USER_MODEL = "trust.User"
AUTHENTICATION_BACKENDS = ["beenthere.trust.sessions.AccountBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "demo_personas" if DEMO else "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "beenthere.portal.accounts.AccountAdapter"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_FORMS = {
    "change_password": "beenthere.portal.passwords.ChangePassword",
    "set_password": "beenthere.portal.passwords.FirstPassword",
    "reset_password_from_key": "beenthere.portal.passwords.PasswordByLink",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
MFA_TOTP_ISSUER = "BeenThere"
MFA_ADAPTER = "beenthere.portal.accounts.SecondStepAdapter"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "add_webauthn": "beenthere.portal.passkeys.AddPasskey",
    "authenticate_webauthn": "beenthere.portal.passkeys.UnlockWithPasskey",
    "login_webauthn": "beenthere.portal.passkeys.SignInWithPasskey",
    "reauthenticate_webauthn": "beenthere.portal.passkeys.ConfirmWithPasskey",
}
# Staff accounts are made by an administrator who knows the person: an address is not verified by email.
MFA_ALLOW_UNVERIFIED_EMAIL = True
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if os.environ.get("BEENTHERE_BEHIND_PROXY") == "1" else 0
IDLE_LOCK_SECONDS = 15 * 60

# A job that was done is not kept: sealing alone makes some 2,900 a day.
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful"}

# Rate limits only.
CACHES = {"default": {"BACKEND": "beenthere.foundation.rate_limits.RateLimits"}}

SESSION_ENGINE = "beenthere.trust.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
SESSION_COOKIE_NAME = "sessionid" if LOCAL else "__Host-sessionid"
CSRF_COOKIE_NAME = "csrftoken" if LOCAL else "__Host-csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "beenthere.portal.views.errors.csrf_failure"
SECURE_SSL_REDIRECT = not LOCAL
SECURE_HSTS_SECONDS = 0 if LOCAL else 63072000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if os.environ.get("BEENTHERE_BEHIND_PROXY") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE, STRICT_DYNAMIC],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["htmx"],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "foundation" / "locale"]
FORMAT_MODULE_PATH = "beenthere.foundation.formats"
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "static/"
STATIC_ROOT = STATE / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "beenthere.foundation.storage.HashedFiles"},
}
WHITENOISE_MAX_AGE = 365 * 24 * 3600
KEYS = STATE / "keys"
AUDIT_HEADS = STATE / "audit-heads"

# A mail is put in a queue; the worker hands it to the carrier. smtp://user:password@mail.example.org:587
# (STARTTLS) or smtps://…:465. Without it mails are only printed, by the worker.
EMAIL_BACKEND = "beenthere.trust.mail.backend.QueuedMail"
_MAIL = urlsplit(os.environ.get("BEENTHERE_MAIL_URL", ""))
if _MAIL.scheme in {"smtp", "smtps"}:
    MAIL_CARRIER = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _MAIL.hostname or "", _MAIL.port or (465 if _MAIL.scheme == "smtps" else 587)
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_MAIL.username or ""), unquote(_MAIL.password or "")
    EMAIL_USE_SSL, EMAIL_USE_TLS = _MAIL.scheme == "smtps", _MAIL.scheme == "smtp"
    EMAIL_TIMEOUT = 10
elif _MAIL.scheme:
    raise ImproperlyConfigured("BEENTHERE_MAIL_URL must begin with smtp:// or smtps://.")
else:
    MAIL_CARRIER = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("BEENTHERE_MAIL_FROM", f"beenthere@{HOST or 'localhost'}")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
