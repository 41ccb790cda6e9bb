"""Discovery: what installed packages add to phlo, found without importing any of it."""

from phlo.discovery.plugins import Plugin, PluginBroken, find_plugins

__all__ = ["Plugin", "PluginBroken", "find_plugins"]
