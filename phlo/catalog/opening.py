"""Open the catalog of a lake, and make the lake if it is new."""

import getpass
from collections.abc import Mapping
from pathlib import Path

from phlo.catalog.lake import LogCatalog
from phlo.config import Project
from phlo.errors import NotFound
from phlo.ports import ObjectStore
from phlo.store.opening import open_store


def open_catalog(
    lake: ObjectStore | Project | str | Path,
    *,
    author: str | None = None,
    create: bool = True,
    relocate: bool = False,
    options: Mapping[str, str] | None = None,
) -> LogCatalog:
    """Open the lake of a project, at an address, or in a store.

    Args:
        lake: A project, a store, a folder or a url.
        author: Who commits; by default whom the project names, or the operating system's user.
        create: Make a lake where there is none; otherwise that is ``NotFound``.
        relocate: Record that the lake was moved here, instead of refusing it.
        options: How a bucket is reached, see ``open_store``.

    Raises:
        LakeMoved: The lake was moved and ``relocate`` is not set.
        LakeDamaged: Its log contradicts itself.
        StoreUnsafe: Commits could be lost in this store.
    """
    store = open_store(lake, options=options) if isinstance(lake, Project | str | Path) else lake
    if isinstance(lake, Project):
        author = author or lake.author
    catalog = LogCatalog(store, author=author or _user())
    if not create and catalog.refresh().number == 0:
        raise NotFound(f"there is no lake at {store.root}", fix="create one with: phlo init")
    if relocate and catalog.refresh().number > 0:
        catalog.relocate()
    catalog.start()
    return catalog


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
