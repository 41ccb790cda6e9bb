"""Settings: what a project is, how a process runs, and the environment."""

from phlo.config.environment import Environment, load_environment
from phlo.config.project import (
    Project,
    Retention,
    find_project_root,
    load_project,
    project_schema,
)
from phlo.config.runtime import Runtime, load_runtime

__all__ = [
    "Environment",
    "Project",
    "Retention",
    "Runtime",
    "find_project_root",
    "load_environment",
    "load_project",
    "load_runtime",
    "project_schema",
]
