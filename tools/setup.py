"""Make .venv and install pin lists into it; with --browser also Debian's Chromium and what PDFs need, where we may.

python3 tools/setup.py requirements-dev.txt [requirements-bench.txt] [--browser]
"""

import ctypes
import ctypes.util
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent.parent
LIBRARIES = ["pango-1.0", "pangoft2-1.0", "harfbuzz-subset"]
PACKAGES = ["chromium", "libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]


def module(path: str) -> ModuleType:
    """A file of this directory that needs nothing but the standard library, as a module."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, HERE / path)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def install_browser() -> None:
    """Debian's Chromium and Pango, when missing, as root with apt; else say what is left out and go on."""
    missing = [*([] if module("credira/running/browser.py").chromium() else ["Chromium"]), *missing_libraries()]
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing from Debian (once): {', '.join(missing)} ...", flush=True)
        if apt("update") and apt("install", "-y", "--no-install-recommends", *PACKAGES):
            return
        why = "apt-get failed"
    else:
        why = "root and apt are needed"
    print(
        f"!! Missing, and can't be installed here ({why}): {', '.join(missing)}.\n"
        "!! The tests that need Chromium or PDFs will be SKIPPED, all others run.\n"
        f"!! Mend: apt-get update && apt-get install -y {' '.join(PACKAGES)}",
        flush=True,
    )


def apt(*words: str) -> bool:
    """Whether apt-get did it; what it complains of is shown."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-qq", *words]
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=environment).returncode == 0


def missing_libraries() -> list[str]:
    """Those of Pango that don't load."""
    return [name for name in LIBRARIES if not loads(name)]


def loads(library: str) -> bool:
    """Whether the system's loader finds it, as WeasyPrint will ask it to."""
    if sys.platform == "darwin":  # libraries have other names and places there
        return ctypes.util.find_library(library) is not None
    try:
        ctypes.CDLL(f"lib{library}.so.0")
    except OSError:
        return False
    return True


def main() -> None:
    if os.environ.get("CREDIRA_NO_BOOTSTRAP"):
        return
    for name in sys.argv[1:]:
        if name == "--browser":
            install_browser()
        else:
            module("manage.py").install(name)


if __name__ == "__main__":
    main()
