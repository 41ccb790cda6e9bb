"""Commands of the code location, loaded when they are called."""

SUMMARIES = {
    "backfill": "Load many partitions of a table, in order.",
    "logs": "Show what a run said.",
    "materialize": "Load, check and publish tables.",
    "status": "Show tables, runs and what needs attention.",
}
"""What `phlo --help` says of each command without importing it."""
