"""`phlo quality`: what is checked, what failed, and running checks."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from phlo.cli.checks import published_states, record_results, run_with_progress, state_of
from phlo.cli.complete import complete_tables
from phlo.cli.context import (
    json_option,
    load_project_declarations,
    open_lake,
    open_project,
    open_project_catalog,
    project_option,
    ref_option,
)
from phlo.cli.show import cell_text, note, show_json, show_table
from phlo.errors import CheckFailed, TableNotFound
from phlo.model import CheckResult, Content, Key, TableContent, ViewContent, key_text
from phlo.ports import Catalog

if TYPE_CHECKING:
    from phlo.config import Project
    from phlo.declare import CheckSpec, Declarations


@click.group("quality")
def command() -> None:
    """Look at checks and run them."""


@command.command("status")
@click.argument("tables", nargs=-1, shell_complete=complete_tables)
@ref_option
@project_option
@json_option
def status(tables: tuple[str, ...], ref: str, project_path: Path | None, as_json: bool) -> None:
    """Show every check and whether the present state of its table passed it."""
    project = open_project(project_path)
    declarations = load_project_declarations(project)
    catalog = open_project_catalog(project)
    contents = catalog.contents(ref)
    given = _Given(project, catalog, contents)
    _refuse_unknown(tables, declarations, given)
    records = _declared_records(catalog, contents, _declared(declarations, tables))
    records += _given_records(catalog, contents, given.named(tables))
    if as_json:
        show_json(records)
        return
    rows = [
        (
            item["table"],
            item["check"],
            item["state"],
            "blocks" if item["blocking"] else item["severity"],
            item["description"],
        )
        for item in records
    ]
    show_table(("table", "check", "state", "", "description"), rows, empty="no checks are declared")


def _declared_records(
    catalog: Catalog, contents: Mapping[Key, Content], checks: Sequence["CheckSpec"]
) -> list[dict[str, Any]]:
    published = published_states(catalog, contents)
    return [
        {
            "table": check.table,
            "check": check.name,
            "state": state_of(catalog, contents, check.table, check.name)
            if check.blocking
            else published.get((check.table, check.name), "not recorded"),
            "blocking": check.blocking,
            "severity": check.severity,
            "monitor": check.monitor,
            "description": check.description.split("\n")[0],
            "place": f"{check.file}:{check.line}",
        }
        for check in checks
    ]


def _given_records(
    catalog: Catalog, contents: Mapping[Key, Content], named: Sequence[tuple[str, str]]
) -> list[dict[str, Any]]:
    return [
        {
            "table": table,
            "check": name,
            "state": state_of(catalog, contents, table, name),
            "blocking": True,
            "severity": "error",
            "monitor": False,
            "description": "",
            "place": "",
        }
        for table, name in named
    ]


@command.command("run")
@click.argument("tables", nargs=-1, shell_complete=complete_tables)
@click.option("--check", "names", multiple=True, help="Only checks of this name.")
@ref_option
@project_option
@json_option
def run(
    tables: tuple[str, ...],
    names: tuple[str, ...],
    ref: str,
    project_path: Path | None,
    as_json: bool,
) -> None:
    """Run the checks of TABLES (default: all) over a ref, and record what they found.

    Exit code 6 if a blocking check fails.
    """
    results = _run(tables, names, ref, project_path)
    if as_json:
        show_json([result_record(result) for result in results])
    else:
        _show_results(results)
    failed = [f"{item.table} {item.check}" for item in results if item.blocking and not item.passed]
    if failed:
        raise CheckFailed(
            f"{len(failed)} blocking checks failed on {ref!r}: {', '.join(failed)}",
            fix=f'look at the rows with "phlo quality failing --ref {ref}"',
        )


@command.command("failing")
@click.argument("tables", nargs=-1, shell_complete=complete_tables)
@ref_option
@project_option
@json_option
def failing(tables: tuple[str, ...], ref: str, project_path: Path | None, as_json: bool) -> None:
    """Run the checks of TABLES (default: all) and show what fails, with rows and SQL."""
    failed = [item for item in _run(tables, (), ref, project_path) if not item.passed]
    if as_json:
        show_json([result_record(result) for result in failed])
        return
    if not failed:
        click.echo(f"nothing fails on {ref}")
    for result in failed:
        click.echo(f"{result.table} {result.check}: {result.message}")
        click.echo(f"  expected: {result.expected}") if result.expected else None
        click.echo(f"  sql: {result.sql}") if result.sql else None
        if result.sample:
            columns = list(result.sample[0])
            show_table(columns, [[row.get(name) for name in columns] for row in result.sample[:5]])


def _run(
    tables: Sequence[str], names: Sequence[str], ref: str, project_path: Path | None
) -> list[CheckResult]:
    project = open_project(project_path)
    declarations = load_project_declarations(project)
    with open_lake(project, ref) as lake:
        given = _Given(project, lake.catalog, lake.catalog.contents(lake.commit.id))
        _refuse_unknown(tables, declarations, given)
        chosen = _declared(declarations, tables)
        _refuse_unknown_names(names, {check.name for check in chosen}, given.named(tables))
        present = [check for check in chosen if not names or check.name in names]
        there = {name.lower() for name in lake.tables()}
        skipped = sorted({item.table for item in present if item.table.lower() not in there})
        if skipped:
            note(f"not on {ref} yet: {', '.join(skipped)}")
        present = [check for check in present if check.table.lower() in there]
        results = run_with_progress(present, lake)
        results += given.run(lake.commit.id, tables, names)
        if not names:
            record_results(lake, results)
    return results


class _Given:
    """The checks that packages provide, such as the tests of dbt models."""

    def __init__(
        self, project: "Project", catalog: Catalog, contents: Mapping[Key, Content]
    ) -> None:
        from phlo.quality.providers import provided_checks

        self._checks = provided_checks(project, catalog)
        self._keys = sorted(key for key, one in contents.items() if _holds_rows(one))

    def tables(self) -> list[str]:
        """Return the tables that have such checks."""
        return [key_text(key) for key in self._keys if self._checks.required(key)]

    def named(self, tables: Sequence[str]) -> list[tuple[str, str]]:
        """Return table and name of each blocking one."""
        wanted = [key for key in self._keys if not tables or key_text(key) in tables]
        return [(key_text(key), name) for key in wanted for name in self._checks.required(key)]

    def run(self, commit: str, tables: Sequence[str], names: Sequence[str]) -> list[CheckResult]:
        """Run those of the tables, all or the named ones."""
        found = self.named(tables)
        wanted = {table for table, name in found if not names or name in names}
        return [
            result
            for table in sorted(wanted)
            for result in self._checks.run(commit, tuple(table.split(".")))
            if not names or result.check in names
        ]


def _holds_rows(content: Content) -> bool:
    return isinstance(content, TableContent | ViewContent)


def _declared(declarations: "Declarations", tables: Sequence[str]) -> list["CheckSpec"]:
    from phlo.quality.checks import checked_tables, checks_of

    known = checked_tables(declarations)
    return [check for table in tables or known for check in checks_of(declarations, table)]


def _refuse_unknown(tables: Sequence[str], declarations: "Declarations", given: _Given) -> None:
    from phlo.quality.checks import checked_tables

    known = {*checked_tables(declarations), *(given.tables() if tables else ())}
    for table in tables:
        if table not in known:
            fix = None if known else f"declare checks on {table}: no table has any yet"
            where = "among the tables with checks"
            raise TableNotFound.named(table, known=known, where=where, fix=fix)


def _refuse_unknown_names(
    names: Sequence[str], declared: Collection[str], given: Sequence[tuple[str, str]]
) -> None:
    from phlo.quality.checks import CheckNotFound

    known = {*declared, *(name for _, name in given)}
    for name in names:
        if name not in known:
            raise CheckNotFound.named(name, known=known)


def _show_results(results: Sequence[CheckResult]) -> None:
    rows = [
        (
            item.table,
            item.check,
            state_text(item),
            item.rows,
            item.failing,
            cell_text(item.message),
        )
        for item in results
    ]
    show_table(
        ("table", "check", "state", "rows", "failing", "message"),
        rows,
        numbers=("rows", "failing"),
        empty="no checks to run",
    )


def state_text(result: CheckResult) -> str:
    """Return passed, failed, warned or error."""
    if result.passed:
        return "passed"
    if result.metadata.get("status") == "error":
        return "error"
    return "failed" if result.severity == "error" else "warned"


def result_record(result: CheckResult) -> dict[str, Any]:
    """Return a result as JSON has it."""
    return {
        "table": result.table,
        "check": result.check,
        "state": state_text(result),
        "blocking": result.blocking,
        "severity": result.severity,
        "measured": result.measured,
        "expected": result.expected,
        "rows": result.rows,
        "failing": result.failing,
        "message": result.message,
        "sql": result.sql,
        "sample": result.sample,
        "reads": result.reads,
        "metadata": result.metadata,
    }
