"""Commands that start and stop the process."""
