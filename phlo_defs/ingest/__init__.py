"""Ingestion: a declared function becomes one snapshot of a table on a branch."""
