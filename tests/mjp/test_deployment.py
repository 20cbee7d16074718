"""The Compose file: as the specification wants it, and hardened."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

FILE = Path(__file__).resolve().parent.parent.parent / "docker-compose.yml"
OF_THE_APPLICATION = ("web", "worker", "beat", "migrate")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def read(content: dict[str, Any]) -> PyCompose:
    """Read it by the Compose specification. Raises `ValueError`."""
    return PyCompose.from_json(json.dumps(content))


def test_the_file_is_what_the_specification_asks(compose):
    assert set(read(compose).service_names()) == {
        "proxy",
        "web",
        "worker",
        "beat",
        "migrate",
        "database",
        "redis",
    }


@pytest.mark.parametrize(
    ("service", "key", "value", "named"),
    [
        ("web", "imagee", "x", "imagee"),
        ("worker", "restart", "sometimes", "sometimes"),
        ("redis", "healthcheck", {"tst": ["CMD"]}, "tst"),
    ],
)
def test_a_mistake_in_the_file_is_found(compose, service, key, value, named):
    compose = json.loads(json.dumps(compose))
    compose["services"][service][key] = value
    with pytest.raises(ValueError, match=named):
        read(compose)


def test_every_service_that_stays_is_watched_restarted_and_limited(compose):
    for name, service in compose["services"].items():
        if name == "migrate":
            continue
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"][0] == "CMD", name
        assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}, name


@pytest.mark.parametrize("name", OF_THE_APPLICATION)
def test_the_application_runs_read_only_without_rights_and_with_secrets_from_files(compose, name):
    service = compose["services"][name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "mjp_secret_key" in service["secrets"]
    assert service["environment"]["MJP_SECRETS_DIR"] == "/run/secrets"
    assert not [key for key in service["environment"] if "PASSWORD" in key or "SECRET_KEY" in key]


def test_the_database_and_the_queue_are_inside_alone(compose):
    assert compose["networks"]["inside"] == {"internal": True}
    for name in ("database", "redis"):
        assert compose["services"][name]["networks"] == ["inside"]
        assert "ports" not in compose["services"][name]


def test_every_secret_is_a_file_that_git_ignores(compose):
    assert {secret["file"] for secret in compose["secrets"].values()} == {
        f"./secrets/{name}" for name in compose["secrets"]
    }
    assert "/secrets/" in (FILE.parent / ".gitignore").read_text(encoding="utf-8").splitlines()
