"""Django's settings, made from `mjp.config`; nothing here reads the environment."""

from datetime import timedelta
from email.utils import parseaddr
from typing import Any

import dj_database_url
from django.utils.translation import gettext_lazy as _

from mjp.config import BASE_DIR, month_and_day, prepare_data_dir, read_config, read_or_make_secret

config = read_config()
PRODUCTION = config.environment == "production"
TESTING = config.environment == "test"
DATA_DIR = config.data_dir
DATABASE_URL = config.database_url

prepare_data_dir(config.data_dir)

DEBUG = config.debug
SECRET_KEY = (
    config.secret_key.get_secret_value() if config.secret_key else read_or_make_secret(config.data_dir)
)
ALLOWED_HOSTS = list(config.allowed_hosts)
# What links in mail begin with: a reminder is sent without a request that could say it.
SITE_URL = config.site_url
CSRF_TRUSTED_ORIGINS = list(config.trusted_origins)

INSTALLED_APPS = [
    # First, so that its entries in the admin are there when portfolio/admin.py takes them away.
    "post_office",
    "mjp",
    "reporting",
    "budget",
    "portfolio",
    "pillars",
    "organisation",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "drf_spectacular",
    "knox",
    "rest_framework",
    "rules.apps.AutodiscoverRulesConfig",
    "simple_history",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "mjp.middleware.ApiHeadersMiddleware",
    "mjp.middleware.PrivatePagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "organisation.middleware.LanguageMiddleware",
    "mjp.middleware.RequestSizeMiddleware",
    "organisation.middleware.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "mjp.middleware.MethodNotAllowedMiddleware",
    "mjp.middleware.ImpossibleValueMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "mjp.urls"
WSGI_APPLICATION = "mjp.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database: SQLite in the data folder, or what DATABASE_URL names -------------------------------------------------

if config.database_url:
    _database: dict[str, Any] = dict(dj_database_url.parse(config.database_url))
    if config.database_password.get_secret_value():
        _database["PASSWORD"] = config.database_password.get_secret_value()
    # A connection that the server has closed meanwhile is replaced, not handed out.
    _database["CONN_HEALTH_CHECKS"] = True
    _database.setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": config.database_pool_size,
        "timeout": 10,
    }
else:
    _database = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": config.data_dir / "mjp.sqlite3",
        # A file too, so that the browser tests' server has connections of its own, as when serving.
        "TEST": {"NAME": str(config.data_dir / "test.sqlite3")},
        "OPTIONS": {
            # Writers wait for each other instead of failing; Django itself turns foreign keys on.
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# In the database, for the limits on sign-in attempts: all workers share it, on however many machines, and a disk that is
# full or read only can't lift the limits or stop people from signing in. Made by a migration.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "mjp_cache",
        # So many that no one can push out the counts of others.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

# --- Signing in ------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "organisation.User"
AUTHENTICATION_BACKENDS = ["organisation.backends.SignInBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "reporting:planning-grid"
ACCOUNT_ADAPTER = "organisation.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
# A stranger's address gets no mail from us.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Subjects name the application themselves.
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

# --- E-mail ----------------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = config.email_from
if config.smtp_host:
    EMAIL_HOST = config.smtp_host
    EMAIL_PORT = config.smtp_port
    EMAIL_HOST_USER = config.smtp_user
    EMAIL_HOST_PASSWORD = config.smtp_password.get_secret_value()
    EMAIL_USE_TLS = config.smtp_starttls
    EMAIL_TIMEOUT = 10
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = config.data_dir / "mail"
# The outbox (organisation/outbox.py) delivers by Django's own backend, and tries again what failed.
POST_OFFICE = {
    # Three days: longer than a weekend.
    "MAX_RETRIES": 3 * 24 * 4,
    "RETRY_INTERVAL": timedelta(minutes=15),
    "LOG_LEVEL": 1,
}

# --- Language and time -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "mjp" / "locale"]
FORMAT_MODULE_PATH = ["mjp.formats"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True

# --- What a request may hold -----------------------------------------------------------------------------------------

# In bytes: a file of 20 MB (portfolio.uploads) with its form; and a form without files, or what is sent to the API.
LARGEST_REQUEST = 21 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
# An assignment that asks days of 25 regions in five years, for several kinds of expertise, has some thousands.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
# A larger file goes to the disk while it comes in.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_PERMISSIONS = 0o600

# --- Static files ----------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static" / "dist", BASE_DIR / "static" / "public"]
STATIC_ROOT = BASE_DIR / "static" / "collected"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Files of projects: outside what the web server shows, without an address of their own.
    "attachments": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": config.data_dir / "attachments",
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    # Made reports: in the data folder, or in a bucket of an S3-compatible service. Files never have an address of their own.
    "reports": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": config.s3_bucket,
            "endpoint_url": config.s3_endpoint_url or None,
            "region_name": config.s3_region or None,
            "access_key": config.s3_access_key or None,
            "secret_key": config.s3_secret_key.get_secret_value() or None,
            "location": "reports",
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": True,
        },
    }
    if config.s3_bucket
    else {
        "BACKEND": "reporting.storage.WholeFilesStorage",
        "OPTIONS": {
            "location": config.data_dir / "reports",
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING or DEBUG
# A test client makes its middleware anew; a file is then looked up when it is asked for, instead of all at the start.
WHITENOISE_AUTOREFRESH = TESTING or DEBUG

# --- The making of reports -------------------------------------------------------------------------------------------

# In seconds, and in bytes (0: no limit): what the making of one report may take.
REPORT_TIME_LIMIT = config.report_minutes * 60
# For what doesn't hear the first one, such as a library that is busy outside Python: its process is killed.
REPORT_HARD_TIME_LIMIT = REPORT_TIME_LIMIT + 30
REPORT_MEMORY_LIMIT = config.report_memory_mb * 1024 * 1024
# A job of whose worker nothing was heard for so long goes to another one.
REPORT_LEASE = timedelta(seconds=60)
# Month and day: the draft of the annual report, and the invitation to align next year's plan.
DRAFT_REPORT_DAY = month_and_day(config.draft_report_day)
PLAN_ALIGNMENT_DAY = month_and_day(config.plan_alignment_day)

# Without Redis, messages are files in the data folder.
_queue = config.data_dir / "queue"
BROKER_IS_EMBEDDED = not config.broker_url.get_secret_value()
CELERY_BROKER_URL = "mjp-folder://localhost" if BROKER_IS_EMBEDDED else config.broker_url.get_secret_value()
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
    }
    if BROKER_IS_EMBEDDED
    else {
        # A message that nobody confirmed is delivered again, after the longest that a job may take.
        "visibility_timeout": REPORT_TIME_LIMIT * 2 + 60,
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
        "socket_keepalive": True,
        "health_check_interval": 30,
        # A request doesn't wait for a broker that is away: the job is stored, and the sweep hands it over.
        "max_retries": 0,
    }
)
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BEAT_SCHEDULE_FILENAME = str(_queue / "beat-schedule")
CELERY_TIMEZONE = TIME_ZONE
# The row of a job says how it ended.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
# A worker takes one message at a time: what it has in hand can't wait behind a long report.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = 1
# A process that grew is replaced after its report; in kilobytes.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 512 * 1024
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Nobody asks an embedded worker anything, and questions would stay behind as files.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = not BROKER_IS_EMBEDDED

# --- What browsers may do --------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "img-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 12 * 60 * 60
MAIL_IS_WRITTEN_TO_FILES = not config.smtp_host
CSRF_FAILURE_VIEW = "mjp.views.csrf_failure"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    # Health is asked for inside the cluster, without TLS.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    if config.behind_tls_proxy:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        # The limits on sign-in attempts count per visitor, not per proxy.
        ALLAUTH_TRUSTED_PROXY_COUNT = 1

# --- The API ---------------------------------------------------------------------------------------------------------

API_PREFIX = "/api/"
API_VERSION = "1.3.0"

REST_FRAMEWORK = {
    # The first says how to sign in ("WWW-Authenticate").
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "organisation.rest.BearerAuthentication",
        "organisation.rest.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["organisation.rest.HasDeclaredPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["organisation.rest.LimitedJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "organisation.rest.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "organisation.rest.problem_details",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    # The form of an answer is asked for by "Accept" alone.
    "URL_FORMAT_OVERRIDE": None,
}
REST_KNOX = {
    "AUTH_HEADER_PREFIX": "Bearer",
    # A token is withdrawn by an administrator; it doesn't end while a yearly job sleeps.
    "TOKEN_TTL": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "MJP Portfolio",
    "DESCRIPTION": _(
        "The multi-year programme: its pillars, themes, objectives and LAC goals, the planning in force, the regions "
        "and networks; what is done for it: portfolios, projects, status reports, decisions and annual plans; and the working budget "
        "that pays for it: distribution keys, contributions, allocation and expenditure. What your account may not see "
        "is not there. A change of a project or of an amount names the version that it is a change of (ETag, If-Match); "
        "what is sent twice with the same Idempotency-Key is carried out once."
    ),
    "VERSION": API_VERSION,
    "OAS_VERSION": "3.1.1",
    "CONTACT": {"name": _("Administrators of MJP Portfolio"), "email": parseaddr(config.email_from)[1]},
    "LICENSE": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    "SERVERS": [{"url": "/api/v1"}],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SCHEMA_PATH_PREFIX_TRIM": True,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    # Docstrings are for programmers of this application; what users of the API read is translated.
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,
    "ENUM_NAME_OVERRIDES": {
        "DatePrecision": "pillars.choices.DatePrecision",
        "Lead": "pillars.choices.Lead",
        "FormOfWork": "portfolio.choices.FormOfWork",
        "Health": "portfolio.choices.Health",
        "Level": "portfolio.choices.Level",
        "NetworkKind": "organisation.choices.NetworkKind",
        "Outcome": "portfolio.choices.Outcome",
        "AnnualPlanState": "portfolio.choices.AnnualPlanState",
        "ProjectState": "portfolio.choices.ProjectState",
        "PlanStatus": "pillars.choices.PlanStatus",
        "Tier": "organisation.choices.Tier",
        "ProjectVerb": "portfolio.api.verbs.ProjectVerb",
        "KeyStatus": "budget.choices.KeyStatus",
        "KeyOrigin": "budget.choices.KeyOrigin",
        "WeightUnit": "budget.choices.WeightUnit",
        "ContributionState": "budget.choices.ContributionState",
        "CostCategory": "budget.choices.CostCategory",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "mjp.openapi.add_problems_and_version",
    ],
}

# --- Logging: to standard error, for the service manager to keep -----------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
