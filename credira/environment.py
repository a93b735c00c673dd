"""The environment that the settings read: this process's own variables, then `.env` for what they don't name.

Imported first by whatever looks at a variable, so that `.env` counts for the embedded servers too.
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def read(default: Path) -> None:
    """Read the file that ``CREDIRA_ENV_FILE`` names, else ``default`` where there is one.

    Raises ``ImproperlyConfigured`` for a named file that doesn't exist.
    """
    path = Path(env.str("CREDIRA_ENV_FILE", default=str(default)))
    if path.exists():
        env.read_env(path)
    elif path != default:
        raise ImproperlyConfigured(f"CREDIRA_ENV_FILE names {path}, which doesn't exist. Mend: create it, or unset it.")


read(BASE_DIR / ".env")
