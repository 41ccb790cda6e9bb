"""Paths of objects: relative to the store, with slashes, and never outside it."""

from phlo.errors import InvalidInput


def checked(path: str) -> str:
    """Return a path of an object. Raises ``InvalidInput`` if it could leave the store."""
    parts = path.split("/")
    if (
        not path
        or path.startswith("/")
        or "\x00" in path
        or any(p in ("", ".", "..") for p in parts)
    ):
        raise InvalidInput(
            f"{path!r} is no path inside a store", fix="give a relative path such as tables/a/b"
        )
    return path
