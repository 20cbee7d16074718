"""The lock files of Python and npm packages."""

import json
import re
from pathlib import Path

from mjp.bootstrap import MINIMUM_PYTHON
from mjp.bootstrap.assets import ensure_node
from mjp.bootstrap.paths import REQUIREMENTS, ROOT
from mjp.bootstrap.python_packages import UV, check_libraries, ensure_uv
from mjp.bootstrap.shell import SetupError, environment, only_one, run, say

LOCKS = ("base", "dev", "uv", "node")


def compile_locks(arguments: list[str]) -> None:
    """Recompile every lock file, and refuse one that names a place to download from or a local build."""
    check_libraries()
    with only_one():
        ensure_uv()
        env = environment()
        for name in ("UV_FIND_LINKS", "PIP_FIND_LINKS"):
            env.pop(name, None)
        options: list[str | Path] = [
            "-q",
            "--universal",
            "--generate-hashes",
            "--no-annotate",
            "--python-version",
        ]
        options += [".".join(map(str, MINIMUM_PYTHON)), "--no-emit-index-url", "--no-emit-find-links"]
        options += ["--custom-compile-command", "make lock", *arguments]
        for name in LOCKS:
            say(f"Compiling requirements/{name}.txt …")
            lock = REQUIREMENTS / f"{name}.txt"
            run(
                f"Compiling {name}.txt",
                [UV, "pip", "compile", *options, "-o", lock, lock.with_suffix(".in")],
                env=env,
            )
            if re.search(r"://|^--|^[^#\s]+==\S*\+", lock.read_text(encoding="utf-8"), re.MULTILINE):
                raise SetupError(f"requirements/{name}.txt names a download address or a local build.")
        say("Compiling package-lock.json …")
        npm, npm_env = ensure_node()
        run("Compiling package-lock.json", [*npm, "install", "--package-lock-only"], env=npm_env)
        lock = ROOT / "package-lock.json"
        content = json.loads(lock.read_text(encoding="utf-8"))
        for package in content["packages"].values():
            package.pop("funding", None)
            package.pop("resolved", None)
        lock.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
