"""Settings of the tests: the product's own, with the embedded servers started first and a few seconds made shorter."""

import os
from pathlib import Path

import credira.environment  # noqa: F401 - `.env` first
from credira.embedded import provide

provide(Path(os.environ.get("CREDIRA_LOCAL_DIR", Path(__file__).resolve().parent.parent / ".local")))

from credira.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
OUTBOUND_ALLOW_LOOPBACK = True
LOG_LEVEL = "WARNING"
LOGGING["root"]["level"] = LOG_LEVEL  # type: ignore[name-defined]  # noqa: F405
# Another database of Valkey than the demo's, one for each xdist worker.
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) + 8
REDIS_URL = f"{REDIS_URL}{'&' if '?' in REDIS_URL else '?'}db={_worker}"  # noqa: F405
CACHES["default"]["LOCATION"] = REDIS_URL  # noqa: F405
INSTALLED_APPS = ["tests", *INSTALLED_APPS]  # type: ignore[name-defined]  # noqa: F405  - its own `flush`
