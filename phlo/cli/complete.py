"""Completion of refs and tables in the shell; it never fails, it has just nothing to offer."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from phlo.catalog import LogCatalog


def complete_refs(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Offer the branches and tags of the project's lake."""
    return _offer(ctx, incomplete, lambda catalog: (ref.name for ref in catalog.refs()))


def complete_branches(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Offer the branches of the project's lake."""
    return _offer(
        ctx,
        incomplete,
        lambda catalog: (ref.name for ref in catalog.refs() if ref.kind == "branch"),
    )


def complete_tags(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Offer the tags of the project's lake."""
    return _offer(
        ctx, incomplete, lambda catalog: (ref.name for ref in catalog.refs() if ref.kind == "tag")
    )


def complete_tables(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Offer the tables of the ref that the command names."""
    ref = ctx.params.get("ref") or "main"
    return _offer(
        ctx,
        incomplete,
        lambda catalog: (".".join(key) for key in catalog.contents(ref) if len(key) == 2),
    )


def _offer(
    ctx: click.Context, incomplete: str, names: "Callable[[LogCatalog], Iterable[str]]"
) -> list[str]:
    try:
        from phlo.catalog import open_catalog
        from phlo.config import load_project

        named = ctx.params.get("project_path") or ctx.find_root().params.get("project")
        project = load_project(Path(named) if named else None)
        catalog = open_catalog(project, create=False)
        return sorted(name for name in names(catalog) if name.startswith(incomplete))
    except Exception:  # noqa: BLE001 - a shell must not print our errors while somebody types
        return []
