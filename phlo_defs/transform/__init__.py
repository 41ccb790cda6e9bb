"""dbt: its models are tables of the lake, its tests are checks, and one build is one publication.

The package imports nothing heavy: the worker, the plugin and the code location each need a part.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phlo_defs.transform.assets import build_assets
    from phlo_defs.transform.runner import warm

__all__ = ["build_assets", "warm"]


def __getattr__(name: str) -> object:
    if name == "build_assets":
        from phlo_defs.transform.assets import build_assets

        return build_assets
    if name == "warm":
        from phlo_defs.transform.runner import warm

        return warm
    raise AttributeError(f"phlo_defs.transform has no {name!r}", name=name)
