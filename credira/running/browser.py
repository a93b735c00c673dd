"""The browser of the browser tests. Imports nothing beyond the standard library: tools/setup.py asks before there are
packages.
"""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The path of a Chromium on this machine."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)
