"""Settings of the portal, one file: everything that differs between two places comes from the environment.

`docs/operations.md` explains each variable. A value that cannot be understood stops the start, by the name of its variable.
"""

from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from . import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"

# What this place is

DEBUG = env.switch("DEBUG", default=False)
DEMONSTRATION = env.switch("DEMONSTRATION", default=False)
STAFF_MFA = env.switch("STAFF_MFA", default=not DEMONSTRATION)
SECRET_KEY = env.secret_key("SECRET_KEY", kept_in=VAR / "secret-key", make=DEMONSTRATION)

PUBLIC_BASE_URL = env.base_url("PUBLIC_BASE_URL", "http://127.0.0.1:8000")
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = LOOPBACK if DEMONSTRATION else env.words("ALLOWED_HOSTS", urlsplit(PUBLIC_BASE_URL).hostname or "")
HTTPS = PUBLIC_BASE_URL.startswith("https://")
PROXIES = env.whole_number("TRUSTED_PROXY_COUNT", 0)

# What it is made of

INSTALLED_APPS = [
    "dialogues.apps.DialoguesConfig",
    "parties.apps.PartiesConfig",
    "dialogues.apps.SecretariatAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django_filters",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "socportal.middleware.KeepOutOfCaches",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "socportal.middleware.RefuseNonsense",
    "django.middleware.http.ConditionalGetMiddleware",
    "dialogues.permissions.ReadOnce",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "dialogues.permissions.SignedIn",
]
if DEMONSTRATION:
    MIDDLEWARE.insert(0, "socportal.middleware.LoopbackOnly")

ROOT_URLCONF = "socportal.urls"
WSGI_APPLICATION = "socportal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "socportal.views.same_page_in_each_language",
                "dialogues.views.delegations.navigation",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# Where it keeps things

DATABASES = {"default": dj_database_url.parse(env.text("DATABASE_URL", f"sqlite:///{VAR / 'portal.sqlite3'}"), conn_max_age=60)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # An acknowledged write outlives a power cut (FULL), readers never wait for a writer (WAL), writers queue (IMMEDIATE).
    # What was erased is overwritten in the file (secure_delete).
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_URL = env.text("CACHE_URL", "db:")
if CACHE_URL == "db:":
    # Counters (sign-in limits) are shared by all processes; a table of 300 would drop them under load.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "portal_cache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    }
elif urlsplit(CACHE_URL).scheme in {"redis", "rediss"}:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}}
else:
    raise env.ImproperlyConfigured(f"CACHE_URL is {CACHE_URL!r}; give db: or a redis:// address.")

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = env.folder("MEDIA_ROOT", VAR / "media")

globals().update(env.email_backend("EMAIL_URL", VAR / "demonstration-mail"))
if DEMONSTRATION:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR / "demonstration-mail"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"secretariat@{urlsplit(PUBLIC_BASE_URL).hostname}")
# Where readers write to; empty: the pages say that no address is stated. SECURITY_CONTACT is a mailto: or https: address.
SECRETARIAT_CONTACT = env.text("SECRETARIAT_CONTACT")
SECURITY_CONTACT = env.text("SECURITY_CONTACT")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Two languages, and times kept in UTC: an edition says in which zone it is read

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("nl", "Nederlands")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "socportal.formats"
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# Who somebody is

AUTH_USER_MODEL = "parties.User"
AUTHENTICATION_BACKENDS = ["dialogues.permissions.CurrentRights", "dialogues.permissions.SignIn"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "my"
LOGOUT_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "socportal.views.csrf_failure"

ACCOUNT_ADAPTER = "parties.views.accounts.PortalAccountAdapter"
ACCOUNT_FORMS = {
    "request_login_code": "parties.views.accounts.RequestCodeForm",
    "confirm_login_code": "parties.views.accounts.EnterCodeForm",
    "login": "parties.views.accounts.PasswordForm",
    "change_password": "parties.views.accounts.NewPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_RATE_LIMITS = {"desk_code": "20/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
MFA_ADAPTER = "parties.views.second_factors.PortalFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "SOC Dialogue"
MFA_FORMS = {
    "activate_totp": "parties.views.second_factors.EnrolAppForm",
    "authenticate": "parties.views.second_factors.AppOrRecoveryForm",
    "reauthenticate": "parties.views.second_factors.AppOrRecoveryAgainForm",
    "add_webauthn": "parties.views.second_factors.AddPasskeyForm",
    "edit_webauthn": "parties.views.second_factors.RenamePasskeyForm",
    "authenticate_webauthn": "parties.views.second_factors.GivePasskeyForm",
    "reauthenticate_webauthn": "parties.views.second_factors.GivePasskeyAgainForm",
    "login_webauthn": "parties.views.second_factors.SignInByPasskeyForm",
}

# What a browser is told

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["socportal.uploads.InMemoryOnly"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 8_000  # a roll-forward with 1,500 open action items asks five things of each

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"without_secrets": {"()": "socportal.logs.WithoutSecrets"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_secrets"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
