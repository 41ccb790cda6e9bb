"""Credentials of sources, by name: from `.env` or the environment, masked wherever they show."""

from phlo.config import find_project_root, load_environment
from phlo.declare._collect import default_environment
from phlo.errors import NotFound


def secret(name: str, default: str | None = None) -> str:
    """Return a variable of the project's `.env` or the environment.

    Call it inside the function that loads, so that declarations load without secrets.
    Raises ``ConfigError`` if it is not set and there is no default.
    """
    environment = default_environment()
    if environment is None:
        try:
            environment = load_environment(find_project_root())
        except NotFound:
            environment = load_environment()
    if default is not None and environment.get(name) is None:
        return default
    return environment.require(name, where="phlo.secret")
