#!/usr/bin/env python3
"""Credira's commands. On a new machine `python3 manage.py demo` is all that is needed."""

import contextlib
import hashlib
import os
import pathlib
import subprocess
import sys
from collections.abc import Iterator

HERE = pathlib.Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"
OURS = {path.parent.name for path in HERE.glob("*/__init__.py")}


def bootstrap(requirements: str = "requirements.txt") -> None:
    """Make .venv with everything pinned in it, once for each change of the pins; then run inside it."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an older Python meets first
        sys.exit("Credira needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info[:2]))
    inside = pathlib.Path(sys.prefix) == VENV
    if os.environ.get("CREDIRA_NO_BOOTSTRAP") or (sys.prefix != sys.base_prefix and not inside):
        return
    install(requirements)
    if not inside:
        os.execv(PYTHON, [str(PYTHON), *sys.argv])  # noqa: S606


def install(requirements: str) -> None:
    """Install a pin list into .venv unless that was done already."""
    pins = b"".join((HERE / name).read_bytes() for name in dict.fromkeys(["requirements.txt", requirements]))
    stamp = VENV / f".{requirements}.sha256"
    want = hashlib.sha256(pins).hexdigest()
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == want:
        return
    print(f"Installing {requirements} into .venv (about a minute, once) ...", flush=True)
    if not PYTHON.exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)  # noqa: S603
        except subprocess.CalledProcessError:
            sys.exit("Could not make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv")
    pip = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    uv = next(line for line in (HERE / "requirements.txt").read_text().splitlines() if line.startswith("uv=="))
    subprocess.run([*pip, uv.split("#")[0].strip()], check=True)  # noqa: S603
    fast = [str(VENV / "bin" / "uv"), "pip", "install", "-q", "--python", str(PYTHON), "-r", str(HERE / requirements)]
    if subprocess.run(fast, check=False).returncode:  # noqa: S603 - some mirrors speak to pip only
        subprocess.run([*pip, "-r", str(HERE / requirements)], check=True)  # noqa: S603
    stamp.write_text(want)


def main() -> None:
    bootstrap()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "credira.settings")
    try:
        run()
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in OURS:
            raise
        sys.exit(f"{sys.executable} has no package {error.name}. Mend: python3 tools/setup.py requirements.txt")
    except KeyboardInterrupt:
        sys.exit(130)


def run() -> None:
    """The embedded servers where they are needed, then Django's command."""
    from django.core.exceptions import ImproperlyConfigured

    try:
        from credira.environment import env

        local = pathlib.Path(env.str("CREDIRA_LOCAL_DIR", default=str(HERE / ".local")))
        development = env.str("CREDIRA_ENVIRONMENT", default="development") == "development"
        with embedded_servers(local) if development else contextlib.nullcontext():
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refusal:
        sys.exit(str(refusal))


@contextlib.contextmanager
def embedded_servers(local: pathlib.Path) -> Iterator[None]:
    """Those that the environment doesn't name. They outlive a command, so that the next one begins at once, but not
    the demo, at whichever moment Ctrl-C ends it.
    """
    from credira.embedded import provide, stop

    try:
        provide(local)
        yield
    finally:
        if sys.argv[1:2] == ["demo"] and os.environ.get("CREDIRA_EMBEDDED"):
            stop(local)


if __name__ == "__main__":
    main()
