"""The rows that fail a check: as it saw them, or as a ref is now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from phlo.errors import NotFound, PhloError, UnsafeSql
from phlo_api.dagster_facts import CheckFacts
from phlo_api.encoding import columns_of, rows_of
from phlo_api.encoding import wire as as_json
from phlo_api.errors import ExecutionNotFound
from phlo_api.schemas import quality as wire
from phlo_api.schemas.common import Column
from phlo_api.state import Api
from phlo_api.views import checks


@dataclass(frozen=True, slots=True)
class When:
    """Which rows are wanted: of an execution (None: the latest), or of a ref now."""

    when: Any = "then"
    execution: int | None = None
    ref: str | None = None


def rows(api: Api, asset: str, check: str, when: When, limit: int) -> wire.FailingRows:
    """Return the rows that fail a check."""
    checks.find(api, asset, check)
    if when.when == "then":
        return _then(api, asset, check, when, limit)
    return _now(api, asset, check, when.ref or "main", limit)


def _execution(api: Api, asset: str, check: str, wanted: int | None) -> CheckFacts:
    before = None if wanted is None else wanted + 1
    found = api.dagster.check_history(asset, check, before, 1)
    if not found or (wanted is not None and found[0].id != wanted):
        raise ExecutionNotFound(
            f"check {check!r} of {asset} has no execution {wanted if wanted is not None else ''}",
            fix="take an id of /api/quality/checks/{asset}/{check}/history, or look with when=now",
        )
    return found[0]


def _then(api: Api, asset: str, check: str, when: When, limit: int) -> wire.FailingRows:
    """Run the statement of an execution at its commit; the sample it kept where that is gone."""
    shown = checks.execution(_execution(api, asset, check, when.execution))
    commit = shown.commit or _commit_of(api, shown.run_id)
    common = {
        "asset": asset,
        "check": check,
        "when": "then",
        "ref": shown.ref,
        "commit": commit,
        "time": shown.time,
        "failing": shown.failing,
        "sql": shown.sql,
    }
    if shown.sql and commit:
        try:
            return _run(api, shown.sql, commit, common, limit)
        except (NotFound, UnsafeSql):
            pass
    return _sampled(shown.sample, common)


def _commit_of(api: Api, run_id: str) -> str | None:
    """Return what a run published, which is what its passing checks saw."""
    return next((commit.id for commit in api.catalog.log("main", run=run_id, limit=1)), None)


def _run(
    api: Api, sql: str, commit: str, common: Mapping[str, Any], limit: int
) -> wire.FailingRows:
    query = f"select * from ({sql.strip().rstrip(';')}) as failing limit {limit + 1}"
    answer = api.queries.run(query, commit)
    return wire.FailingRows(
        **common,
        columns=columns_of(answer.schema),
        rows=rows_of(answer.slice(0, limit)),
        complete=answer.num_rows <= limit,
    )


def _sampled(sample: list[dict[str, Any]], common: Mapping[str, Any]) -> wire.FailingRows:
    names = list(sample[0]) if sample else []
    failing = common["failing"]
    return wire.FailingRows(
        **common,
        columns=[Column(name=name, type="string") for name in names],
        rows=[[as_json(row.get(name)) for name in names] for row in sample],
        complete=failing is not None and len(sample) >= failing,
    )


def _now(api: Api, asset: str, check: str, ref: str, limit: int) -> wire.FailingRows:
    """Run a declared check on a ref as it is; of another, its last statement."""
    commit = api.catalog.resolve(ref)
    sql, failing, sample = _measure(api, asset, check, commit.id)
    common = {
        "asset": asset,
        "check": check,
        "when": "now",
        "ref": ref,
        "commit": commit.id,
        "time": commit.time,
        "failing": failing,
        "sql": sql,
    }
    if sql:
        try:
            return _run(api, sql, commit.id, common, limit)
        except UnsafeSql:
            pass
    return _sampled(sample, common)


def _measure(
    api: Api, asset: str, check: str, commit: str
) -> tuple[str | None, int | None, list[dict[str, Any]]]:
    from phlo.engine import Lake
    from phlo.quality import run_check

    spec = api.declared.check(asset, check)
    if spec is None:
        last = checks.execution(_execution(api, asset, check, None))
        return last.sql, None, []
    with Lake(api.catalog, commit, api.project) as lake:
        result = run_check(spec, lake, asset)
    if result.metadata.get("status") == "error":
        raise CheckBroke(
            f"check {check!r} of {asset} could not be run: {result.message}",
            fix="mend the check, or look at the table: it may lack a column",
        )
    sample = [as_json(dict(row)) for row in result.sample]
    return result.sql, result.failing, sample


class CheckBroke(PhloError):
    """A check could not be run on the ref that was asked for."""

    code = "check-broke"
    http_status = 409
