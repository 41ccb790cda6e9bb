"""The code location that Dagster loads: the project it is started in."""

from phlo.config import load_project
from phlo_defs.location import build_definitions

defs = build_definitions(load_project())
