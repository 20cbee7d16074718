"""The settings from the environment: what production refuses, how values are read, the secret made once."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from mjp.config import (
    BASE_DIR,
    DEVELOPMENT_SECRET_PREFIX,
    Config,
    prepare_data_dir,
    read_config,
    read_or_make_secret,
)

SECRET = "s" * 50
PRODUCTION = {
    "MJP_ENV": "production",
    "MJP_SECRET_KEY": SECRET,
    "DATABASE_URL": "postgres://mjp@127.0.0.1/mjp",
    "MJP_SITE_URL": "https://mjp.example.org",
}


@pytest.fixture
def environ(monkeypatch):
    """Give a function that makes the environment just these variables."""
    for name in [name for name in os.environ if name.startswith("MJP_") or name == "DATABASE_URL"]:
        monkeypatch.delenv(name)

    def put(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return put


def test_nothing_needs_to_be_set_for_development(environ):
    config = read_config()
    assert (config.environment, config.debug, config.secret_key, config.database_url) == (
        "development",
        False,
        None,
        "",
    )
    assert config.data_dir == BASE_DIR / "var"


def test_production_starts_with_a_secret_and_a_database(environ):
    environ(**PRODUCTION)
    assert read_config().environment == "production"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"MJP_SECRET_KEY": ""}, "MJP_SECRET_KEY"),
        ({"MJP_SECRET_KEY": "s" * 49}, "MJP_SECRET_KEY"),
        ({"MJP_SECRET_KEY": DEVELOPMENT_SECRET_PREFIX + "s" * 80}, "MJP_SECRET_KEY"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"MJP_DEBUG": "1"}, "MJP_DEBUG"),
        ({"MJP_SITE_URL": ""}, "MJP_SITE_URL"),
        ({"MJP_SITE_URL": "http://mjp.example.org"}, "MJP_SITE_URL"),
    ],
)
def test_production_refuses_what_is_for_development(environ, change, named):
    environ(**PRODUCTION | change)
    with pytest.raises(ImproperlyConfigured, match=named):
        read_config()


def test_production_refuses_a_missing_secret(environ):
    environ(MJP_ENV="production", DATABASE_URL=PRODUCTION["DATABASE_URL"])
    with pytest.raises(ImproperlyConfigured, match="MJP_SECRET_KEY"):
        read_config()


def test_message_does_not_show_the_secret(environ):
    environ(**PRODUCTION | {"MJP_SECRET_KEY": "short-but-secret"})
    with pytest.raises(ImproperlyConfigured) as refused:
        read_config()
    assert "short-but-secret" not in str(refused.value)
    assert "short-but-secret" not in repr(Config.model_construct(secret_key=None))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MJP_ENV", "staging"),
        ("MJP_DEBUG", "perhaps"),
        ("MJP_DATABASE_POOL_SIZE", "0"),
        ("MJP_DATABASE_POOL_SIZE", "many"),
        ("MJP_SMTP_PORT", "70000"),
        ("MJP_SITE_URL", "mjp.example.org"),
        ("MJP_SITE_URL", "ftp://mjp.example.org"),
        ("MJP_SITE_URL", "https://"),
        ("MJP_SITE_URL", "https://mjp.example.org:70000"),
        ("MJP_SITE_URL", "https://mjp.example.org/portfolio"),
        ("MJP_SITE_URL", "https://mjp.example.org?x=1"),
        ("MJP_SITE_URL", "https://someone@mjp.example.org"),
        ("MJP_SITE_URL", "https://mjp.example.org\nBcc: x"),
        ("MJP_BROKER_URL", "amqp://broker"),
        ("MJP_BROKER_URL", "redis://"),
        ("MJP_REPORT_MINUTES", "0"),
        ("MJP_REPORT_MEMORY_MB", "-1"),
        ("MJP_DRAFT_REPORT_DAY", "13-01"),
        ("MJP_PLAN_ALIGNMENT_DAY", "02-29"),
        ("MJP_PLAN_ALIGNMENT_DAY", "1 October"),
    ],
)
def test_wrong_value_is_named_by_its_variable(environ, variable, value):
    environ(**{variable: value})
    with pytest.raises(ImproperlyConfigured, match=f"^{variable}: "):
        read_config()


def test_message_about_the_broker_does_not_show_its_password(environ):
    environ(MJP_BROKER_URL="amqp://:of-the-broker@broker")
    with pytest.raises(ImproperlyConfigured) as refused:
        read_config()
    assert "of-the-broker" not in str(refused.value)


def test_every_wrong_value_is_named_at_once(environ):
    environ(MJP_ENV="staging", MJP_SMTP_PORT="x")
    with pytest.raises(ImproperlyConfigured, match=r"MJP_ENV: .*; MJP_SMTP_PORT: "):
        read_config()


@pytest.mark.parametrize(
    ("value", "hosts"),
    [
        ("mjp.example.org", ("mjp.example.org",)),
        ("a.example.org, b.example.org", ("a.example.org", "b.example.org")),
        (" a.example.org ,,", ("a.example.org",)),
    ],
)
def test_list_is_separated_by_commas(environ, value, hosts):
    environ(MJP_ALLOWED_HOSTS=value)
    assert read_config().allowed_hosts == hosts


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("", "http://127.0.0.1:8000"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("https://mjp.example.org", "https://mjp.example.org"),
        ("https://mjp.example.org/", "https://mjp.example.org"),
        ("https://mjp.example.org:8443", "https://mjp.example.org:8443"),
    ],
)
def test_links_in_mail_begin_with_the_address_of_the_site(environ, value, address):
    environ(MJP_SITE_URL=value)
    assert read_config().site_url == address


def test_relative_data_folder_is_taken_from_the_checkout(environ, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    environ(MJP_DATA_DIR="elsewhere")
    assert read_config().data_dir == BASE_DIR / "elsewhere"
    environ(MJP_DATA_DIR=str(tmp_path))
    assert read_config().data_dir == tmp_path


def test_data_folder_is_for_the_eyes_of_its_owner_only(tmp_path):
    folder = tmp_path / "new" / "data"
    prepare_data_dir(folder)
    for path in (folder, folder / "mail", folder / "queue", folder / "queue" / "messages"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_secret_is_made_once_and_readable_by_its_owner_only(tmp_path):
    secret = read_or_make_secret(tmp_path)
    assert secret.startswith(DEVELOPMENT_SECRET_PREFIX)
    assert len(secret) > len(DEVELOPMENT_SECRET_PREFIX) + 50
    assert read_or_make_secret(tmp_path) == secret
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_each_installation_has_its_own_secret(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    assert read_or_make_secret(tmp_path / "one") != read_or_make_secret(tmp_path / "two")


def test_processes_that_start_at_once_get_the_same_secret(tmp_path):
    folder, gate = tmp_path / "data", tmp_path / "gate"
    folder.mkdir()
    code = (
        "import sys, time, pathlib; from mjp.config import read_or_make_secret\n"
        "print('ready', flush=True)\n"
        "while not pathlib.Path(sys.argv[2]).exists(): time.sleep(0.0001)\n"
        "print(read_or_make_secret(pathlib.Path(sys.argv[1])))"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(folder), str(gate)],
            cwd=BASE_DIR,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    gate.touch()
    secrets = {process.communicate(timeout=30)[0] for process in processes}
    assert len(secrets) == 1
    assert secrets.pop().strip() == (folder / "secret-key").read_text()
    assert [path.name for path in folder.iterdir()] == ["secret-key"]


def run_manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, str(BASE_DIR / "manage.py"), *arguments],
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_refusal_to_start_is_one_line(tmp_path: Path):
    done = run_manage("check", MJP_ENV="production", MJP_DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("Configuration error: MJP_SECRET_KEY must be set in production")
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_data_folder_that_cannot_be_written_is_one_line(tmp_path: Path):
    (tmp_path / "file").touch()
    done = run_manage("check", MJP_DATA_DIR=str(tmp_path / "file" / "data"))
    assert done.returncode == 1
    assert done.stderr.startswith("Configuration error: MJP_DATA_DIR: nothing can be written in")
    assert len(done.stderr.splitlines()) == 1


def test_deployment_check_asks_for_a_mail_server(tmp_path: Path):
    done = run_manage("check", "--deploy", MJP_DATA_DIR=str(tmp_path), **PRODUCTION)
    assert "mjp.W001" in done.stderr


def test_deployment_check_asks_for_redis(tmp_path: Path):
    done = run_manage("check", "--deploy", MJP_DATA_DIR=str(tmp_path), **PRODUCTION)
    assert "mjp.W002" in done.stderr


def test_production_settings_pass_the_deployment_check(tmp_path: Path):
    import secrets

    done = run_manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        MJP_DATA_DIR=str(tmp_path),
        MJP_ALLOWED_HOSTS="mjp.example.org",
        MJP_SMTP_HOST="mail.example.org",
        MJP_BROKER_URL="redis://redis:6379/0",
        **PRODUCTION | {"MJP_SECRET_KEY": secrets.token_urlsafe(64)},
    )
    assert done.returncode == 0, done.stderr


def test_secrets_can_come_from_files(environ, tmp_path):
    (tmp_path / "mjp_secret_key").write_text(SECRET + "\n", encoding="utf-8")
    (tmp_path / "mjp_database_password").write_text("of-the-database\n", encoding="utf-8")
    environ(**{**PRODUCTION, "MJP_SECRET_KEY": "", "MJP_SECRETS_DIR": str(tmp_path)})
    config = read_config()
    assert config.secret_key is not None
    assert config.secret_key.get_secret_value() == SECRET
    assert config.database_password.get_secret_value() == "of-the-database"


def test_a_variable_counts_before_a_file(environ, tmp_path):
    (tmp_path / "mjp_secret_key").write_text("f" * 50, encoding="utf-8")
    environ(**PRODUCTION, MJP_SECRETS_DIR=str(tmp_path))
    config = read_config()
    assert config.secret_key is not None
    assert config.secret_key.get_secret_value() == SECRET


def test_a_folder_of_secrets_that_is_not_there_is_named(environ):
    environ(MJP_SECRETS_DIR="/nowhere/secrets")
    with pytest.raises(ImproperlyConfigured, match="MJP_SECRETS_DIR"):
        read_config()


def run_settings(code: str, data_dir: Path, **environment: str) -> str:
    """Give what a line of code prints of the settings in this environment."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", f"from mjp import settings; print({code})"],
        cwd=BASE_DIR,
        env=kept | {"MJP_DATA_DIR": str(data_dir)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def test_without_redis_messages_are_files_in_the_data_folder(tmp_path: Path):
    code = "settings.CELERY_BROKER_URL, settings.CELERY_BROKER_TRANSPORT_OPTIONS['data_folder_in']"
    assert run_settings(code, tmp_path) == f"mjp-folder://localhost {tmp_path}/queue/messages"
    assert run_settings("settings.CELERY_BROKER_URL", tmp_path, MJP_BROKER_URL="redis://r/0") == "redis://r/0"


def test_reports_are_kept_in_the_data_folder_or_in_a_bucket_whose_key_comes_from_a_file(tmp_path: Path):
    (tmp_path / "mjp_s3_secret_key").write_text("of-the-bucket\n", encoding="utf-8")
    local = run_settings("settings.STORAGES['reports']['OPTIONS']['location']", tmp_path)
    assert local == f"{tmp_path}/reports"
    code = (
        "[settings.STORAGES['reports']['OPTIONS'][n] for n in ('bucket_name', 'endpoint_url', 'secret_key')]"
    )
    bucket = run_settings(
        code,
        tmp_path,
        MJP_SECRETS_DIR=str(tmp_path),
        MJP_S3_BUCKET="mjp",
        MJP_S3_ENDPOINT_URL="https://s3.example.org",
    )
    assert bucket == str(["mjp", "https://s3.example.org", "of-the-bucket"])


def test_days_of_the_year_are_month_and_day(tmp_path: Path):
    code = "(settings.DRAFT_REPORT_DAY, settings.PLAN_ALIGNMENT_DAY)"
    assert run_settings(code, tmp_path, MJP_DRAFT_REPORT_DAY="01-15") == "((1, 15), (10, 1))"
