"""Declarations: decorators and rules that return frozen specs and run nothing."""

from phlo.declare.build_rules import (
    accepted,
    between,
    custom,
    fresh_within,
    matches,
    not_null,
    reconciles,
    row_count,
    sql,
    unique,
)
from phlo.declare.ingestion import ingestion
from phlo.declare.load import load_declarations
from phlo.declare.partitions import Partitioning, Window, daily, hourly, static
from phlo.declare.quality import quality
from phlo.declare.rules import Rule
from phlo.declare.secrets import secret
from phlo.declare.sources import FileSource, csv, parquet
from phlo.declare.specs import CheckSpec, Declarations, IngestionSpec, LoadError

__all__ = [
    "CheckSpec",
    "Declarations",
    "FileSource",
    "IngestionSpec",
    "LoadError",
    "Partitioning",
    "Rule",
    "Window",
    "accepted",
    "between",
    "csv",
    "custom",
    "daily",
    "fresh_within",
    "hourly",
    "ingestion",
    "load_declarations",
    "matches",
    "not_null",
    "parquet",
    "quality",
    "reconciles",
    "row_count",
    "secret",
    "sql",
    "static",
    "unique",
]
