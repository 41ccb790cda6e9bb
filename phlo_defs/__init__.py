"""The Dagster code location of a phlo project."""
