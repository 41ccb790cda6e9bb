"""The HTTP API: reads the Dagster instance and the lake directly, in one process."""
