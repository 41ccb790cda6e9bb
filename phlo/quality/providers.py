"""Checks that other packages know how to run, such as the tests of dbt models."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from phlo.discovery import find_plugins
from phlo.model import CheckResult, Key
from phlo.ports import Catalog
from phlo.quality.gate import Checks

if TYPE_CHECKING:
    from phlo.config import Project

GROUP = "phlo.checks"


def with_provided(own: Checks, project: "Project", catalog: Catalog) -> Checks:
    """Return the own checks and those of every plugin of the group ``phlo.checks``.

    A plugin is a function ``(project, catalog) -> Checks``.
    """
    return _together([own, *_provided(project, catalog)])


def provided_checks(project: "Project", catalog: Catalog) -> Checks:
    """Return the checks of every plugin of the group ``phlo.checks``, as one."""
    return _together(_provided(project, catalog))


def _provided(project: "Project", catalog: Catalog) -> list[Checks]:
    return [plugin.load()(project, catalog) for plugin in find_plugins(GROUP)]


def _together(every: Sequence[Checks]) -> Checks:
    def run(commit: str, key: Key) -> tuple[CheckResult, ...]:
        return tuple(result for checks in every for result in checks.run(commit, key))

    def required(key: Key) -> Collection[str]:
        return {name for checks in every for name in checks.required(key)}

    def reads(key: Key) -> Collection[Key]:
        return {other for checks in every for other in checks.reads(key)}

    return Checks(run, required, reads)
