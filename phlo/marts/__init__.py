"""Publish tables of the lake to a DuckDB file that any tool can open, by atomic swap."""

from phlo.marts.ledger import Mart, published
from phlo.marts.publish import Outcome, publish

__all__ = ["Mart", "Outcome", "publish", "published"]
