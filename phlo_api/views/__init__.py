"""What a route answers with, built from the core and from Dagster."""
