"""Wire types: what goes over HTTP, never the own values of the core."""
