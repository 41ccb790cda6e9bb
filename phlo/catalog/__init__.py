"""Git over all tables of a lake: refs, commits, merges, history."""

from phlo.catalog.contents import content_token
from phlo.catalog.lake import LogCatalog
from phlo.catalog.opening import open_catalog

__all__ = ["LogCatalog", "content_token", "open_catalog"]
