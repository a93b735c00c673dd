"""The environment that the settings read: this process's own variables, then `.env` for what they don't name.

Imported first by whatever looks at a variable, so that `.env` counts for the embedded servers too.
"""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
_OFF = ("0", "false", "no", "off", "n", "f", "")


class Env(environ.Env):  # type: ignore[misc]  # the library has no types
    """As the library has it, but a value that isn't what is asked for stops the start, and the message names it."""

    def get_value(self, var: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            value = super().get_value(var, *args, **kwargs)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} can't be read: {self.ENVIRON.get(var)!r}. Mend: correct it.") from error
        told = self.ENVIRON.get(var, "")
        if value is False and told.lower() not in _OFF:
            raise ImproperlyConfigured(f"{var} is {told!r}, neither on nor off. Mend: {var}=on or {var}=off")
        return value


env = Env()


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
