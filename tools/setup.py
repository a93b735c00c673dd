"""Make .venv and install pin lists into it; with --browser also Debian's Chromium and what PDFs need, where we may.

python3 tools/setup.py requirements-dev.txt [requirements-bench.txt] [--browser]
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent.parent
PACKAGES = ["chromium", "libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]


def manage() -> ModuleType:
    """manage.py as a module: it knows how to install."""
    spec = importlib.util.spec_from_file_location("manage", HERE / "manage.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def install_browser() -> None:
    """Debian's Chromium and Pango, when missing, as root with apt; else say what is left out."""
    if shutil.which("chromium") and _has_pango():
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(
            "!! Chromium or Pango is missing and can't be installed here (root and apt are needed):\n"
            f"!! browser and PDF tests will be SKIPPED. Mend: apt-get install -y {' '.join(PACKAGES)}",
            flush=True,
        )
        return
    print("Installing Chromium and Pango from Debian (once) ...", flush=True)
    _apt("update")
    _apt("install", "-y", "--no-install-recommends", *PACKAGES)


def _apt(*words: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "-qq", *words], check=True, stdout=subprocess.DEVNULL, env=environment)


def _has_pango() -> bool:
    return (
        bool(shutil.which("ldconfig"))
        and "libpangoft2-1.0.so.0"
        in subprocess.run(["ldconfig", "-p"], capture_output=True, text=True, check=False).stdout
    )


def main() -> None:
    if os.environ.get("CREDIRA_NO_BOOTSTRAP"):
        return
    module = manage()
    for name in sys.argv[1:]:
        if name == "--browser":
            install_browser()
        else:
            module.install(name)


if __name__ == "__main__":
    main()
