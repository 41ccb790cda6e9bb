"""Iceberg tables through DuckDB: what to read for one state of a table, and how to change it."""
