"""The settings that an installation may choose, typed, from the environment.

This is the only place that reads the environment. `mjp.settings` turns the result into Django's settings.
"""

import errno
import os
import secrets
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

BASE_DIR = Path(__file__).resolve().parent.parent

# What generated secrets start with, so that production can refuse one that was made for development.
DEVELOPMENT_SECRET_PREFIX = "development-only-"
MINIMUM_SECRET_LENGTH = 50

# Where the demonstration answers by default.
DEFAULT_SITE_URL = "http://127.0.0.1:8000"

CommaSeparated = Annotated[tuple[str, ...], NoDecode]


class Config(BaseSettings):
    """What the environment says; the README's configuration table explains each variable."""

    model_config = SettingsConfigDict(env_prefix="MJP_", env_ignore_empty=True, extra="ignore", frozen=True)

    environment: Literal["development", "test", "production"] = Field(
        "development", validation_alias="MJP_ENV"
    )
    debug: bool = False
    data_dir: Path = BASE_DIR / "var"
    secret_key: SecretStr | None = None
    database_url: str = Field("", validation_alias="DATABASE_URL")
    database_password: SecretStr = SecretStr("")
    database_pool_size: int = Field(8, ge=1, le=200)
    allowed_hosts: CommaSeparated = ("localhost", "127.0.0.1", "[::1]")
    trusted_origins: CommaSeparated = ()
    behind_tls_proxy: bool = False
    site_url: str = DEFAULT_SITE_URL
    email_from: str = "mjp-portfolio@localhost"
    smtp_host: str = ""
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_starttls: bool = True
    broker_url: SecretStr = SecretStr("")
    report_minutes: int = Field(10, ge=1, le=120)
    report_memory_mb: int = Field(1536, ge=0)
    draft_report_day: str = "02-01"
    plan_alignment_day: str = "10-01"
    s3_bucket: str = ""
    s3_endpoint_url: str = ""
    s3_region: str = ""
    s3_access_key: str = ""
    s3_secret_key: SecretStr = SecretStr("")

    @field_validator("allowed_hosts", "trusted_origins", mode="before")
    @classmethod
    def split_on_commas(cls, value: object) -> object:
        """Read `a, b` as two values."""
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("data_dir")
    @classmethod
    def make_absolute(cls, value: Path) -> Path:
        """Take a relative place from the checkout, wherever the command was given."""
        try:
            return (BASE_DIR / value.expanduser()).resolve()
        except RuntimeError as error:
            raise ValueError(str(error)) from error

    @field_validator("database_url")
    @classmethod
    def refuse_other_databases(cls, value: str) -> str:
        """Take a PostgreSQL address, or none. What is wrong is said without the address: it holds a password."""
        try:
            parts = urlsplit(value)
            is_postgres = (
                parts.scheme in {"postgres", "postgresql"} and len(parts.path) > 1 and parts.port != 0
            )
        except ValueError:
            is_postgres = False
        if value and not is_postgres:
            raise ValueError("is not an address of the form postgres://user:password@host:port/name")
        return value

    @field_validator("broker_url")
    @classmethod
    def refuse_other_brokers(cls, value: SecretStr) -> SecretStr:
        """Take a Redis address, or none. What is wrong is said without the address: it may hold a password."""
        try:
            parts = urlsplit(value.get_secret_value())
            is_redis = parts.scheme in {"redis", "rediss"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_redis = False
        if value.get_secret_value() and not is_redis:
            raise ValueError("is not an address of the form redis://:password@host:port/0")
        return value

    @field_validator("draft_report_day", "plan_alignment_day")
    @classmethod
    def refuse_other_days(cls, value: str) -> str:
        """Take a day that every year has, as month and day."""
        try:
            # Not a leap year: 29 February isn't a day of every year.
            date.fromisoformat(f"2001-{value}")
        except ValueError as error:
            raise ValueError("is not a day of the year of the form MM-DD, such as 02-01") from error
        return value

    @field_validator("site_url")
    @classmethod
    def keep_origin(cls, value: str) -> str:
        """Take scheme, host and port alone: links in mail put the path of a page behind it."""
        try:
            parts = urlsplit(value)
            is_origin = (
                parts.scheme in {"http", "https"}
                and bool(parts.hostname)
                and parts.port != 0
                and parts.username is None
                and not parts.path.strip("/")
                and not (parts.query or parts.fragment)
                and value.isprintable()
                and " " not in value
            )
        except ValueError:
            is_origin = False
        if not is_origin:
            raise ValueError("is not an address of the form https://host or https://host:port")
        return value.rstrip("/?#")

    @model_validator(mode="after")
    def refuse_unsafe_production(self) -> Self:
        """Refuse to run in production on what was meant for development."""
        if self.environment != "production":
            return self
        secret = self.secret_key.get_secret_value() if self.secret_key else ""
        if len(secret) < MINIMUM_SECRET_LENGTH or secret.startswith(DEVELOPMENT_SECRET_PREFIX):
            raise ValueError(
                f"MJP_SECRET_KEY must be set in production to a secret of at least {MINIMUM_SECRET_LENGTH} "
                "characters that was not generated for development"
            )
        if self.debug:
            raise ValueError("MJP_DEBUG can't be on in production")
        if not self.database_url:
            raise ValueError("DATABASE_URL must be set in production, as postgres://user:password@host/name")
        if not self.site_url.startswith("https://"):
            raise ValueError(
                "MJP_SITE_URL must be set in production, as https://mjp.example.org: mails link to it"
            )
        return self


def read_config() -> Config:
    """Read the environment.

    A file in the folder that MJP_SECRETS_DIR names, called as the variable (`mjp_secret_key`), counts where the variable
    isn't set. Raises `ImproperlyConfigured`, with a line per wrong variable.
    """
    secrets_dir = os.environ.get("MJP_SECRETS_DIR") or None
    if secrets_dir and not Path(secrets_dir).is_dir():
        raise ImproperlyConfigured(f"MJP_SECRETS_DIR: there is no folder {secrets_dir}")
    try:
        return Config(_secrets_dir=secrets_dir)
    except ValidationError as error:
        problems = []
        for problem in error.errors():
            name = str(problem["loc"][0]) if problem["loc"] else ""
            variable = f"{name if name.isupper() else f'MJP_{name.upper()}'}: " if name else ""
            problems.append(variable + problem["msg"].removeprefix("Value error, "))
        raise ImproperlyConfigured("; ".join(problems)) from error


def month_and_day(text: str) -> tuple[int, int]:
    """Give month and day of a day of the year, such as (2, 1) of "02-01"."""
    month, day = text.split("-")
    return int(month), int(day)


def prepare_data_dir(data_dir: Path) -> None:
    """Make the data folder and what stands in it, for the eyes of its owner only: mails hold links to set a password.

    Raises `ImproperlyConfigured` when nothing can be written there.
    """
    try:
        for folder in (data_dir, data_dir / "mail", data_dir / "queue", data_dir / "queue" / "messages"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(data_dir, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise ImproperlyConfigured(
            f"MJP_DATA_DIR: nothing can be written in {data_dir} ({error.strerror})"
        ) from error


def read_or_make_secret(data_dir: Path) -> str:
    """Give the secret kept in `data_dir`, made at first use and readable by its owner only.

    Two processes that start at once end up with the same secret: the first to create the file wins.
    """
    path = data_dir / "secret-key"
    if not path.exists():
        draft = data_dir / f"secret-key.{secrets.token_hex(8)}"
        draft.touch(mode=0o600)
        draft.write_text(DEVELOPMENT_SECRET_PREFIX + secrets.token_urlsafe(64), encoding="ascii")
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    secret = path.read_text(encoding="ascii", errors="replace").strip()
    if len(secret) < MINIMUM_SECRET_LENGTH:
        raise ImproperlyConfigured(f"{path} holds no secret: remove it, and a new one is made")
    return secret
