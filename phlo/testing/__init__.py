"""Contract suites and fakes, for the adapters in phlo and for authors of plugins."""
