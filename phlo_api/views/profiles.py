"""Column profiles: each column is read once and counted by value; everything follows from that."""

import time
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from phlo_api import lake_tables
from phlo_api.deps import At
from phlo_api.encoding import wire as as_json
from phlo_api.lake_tables import Found
from phlo_api.schemas import trino as wire
from phlo_api.state import Api
from phlo_api.views.tables import quoted

if TYPE_CHECKING:
    import pyarrow as pa

_BINS = 20
_TOP = 10
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def of_table(api: Api, at: At, name: str, columns: list[str] | None) -> wire.Profile:
    """Profile the columns of a table; kept by the state of the table."""
    found = lake_tables.find(api, at.commit, name, at.ref)
    schema = api.caches.profiles.get(
        ("schema", found.token),
        lambda: api.queries.run(f"select * from {quoted(found)} limit 0", at.commit.id).schema,
    )
    wanted = lake_tables.require_columns(schema.names, columns or schema.names, found.name)
    scanned = [_cached(api, found, schema.field(column)) for column in wanted]
    profiles = [profile for profile, _ in scanned]
    return wire.Profile(
        table=found.name,
        commit=at.commit.id,
        rows=profiles[0].rows if profiles else 0,
        elapsed_ms=round(sum(took for _, took in scanned), 3),
        columns=profiles,
    )


def _cached(api: Api, found: Found, field: "pa.Field") -> tuple[wire.ColumnProfile, float]:
    """Return the profile of a column and how many milliseconds its scan took, when it was made."""

    def scan() -> tuple[wire.ColumnProfile, float]:
        started = time.perf_counter()
        profile = _profile(api, found, field)
        return profile, (time.perf_counter() - started) * 1000

    return api.caches.profiles.get((found.token, field.name), scan)


def _profile(api: Api, found: Found, field: "pa.Field") -> wire.ColumnProfile:
    kind = _kind(field.type)
    sql = _statement(quoted(found), field.name, kind)
    row: dict[str, Any] = api.queries.run(sql, found.commit.id).to_pylist()[0]
    rows, nulls = int(row["total"] or 0), int(row["nulls"] or 0)
    quantiles = {f"{q:g}": as_json(row.get(f"q{i}")) for i, q in enumerate(_QUANTILES)}
    return wire.ColumnProfile(
        column=field.name,
        type=str(field.type),
        rows=rows,
        nulls=nulls,
        distinct=int(row["uniques"]) if row.get("uniques") is not None else None,
        distinct_exact=True,
        min=as_json(row.get("low")),
        max=as_json(row.get("high")),
        mean=row.get("mean"),
        stddev=row.get("spread"),
        quantiles=quantiles if kind in {"number", "time"} and rows > nulls else {},
        histogram=_bins(row, kind),
        top=[
            wire.TopValue(value=as_json(item["v"]), rows=int(item["n"]))
            for item in row.get("top") or ()
        ],
    )


def _kind(type_: "pa.DataType") -> str:
    import pyarrow as pa

    t = pa.types
    if t.is_integer(type_) or t.is_floating(type_) or t.is_decimal(type_):
        return "number"
    if t.is_timestamp(type_) or t.is_date(type_):
        return "time"
    return "nested" if t.is_nested(type_) else "text"


def _statement(table: str, column: str, kind: str) -> str:
    """Return one select that reads the column once: values with their counts, then the rest."""
    from phlo.tables.quoting import identifier

    name = identifier(column)
    if kind == "nested":
        return f"select count(*) as total, count(*) - count({name}) as nulls from {table}"
    ends = "min(v) as low, max(v) as high, count(*) as uniques"
    nulls = "coalesce((select sum(n) from g where v is null), 0) as nulls"
    parts = [f"select (select sum(n) from g) as total, {nulls}, {ends}"]
    if kind == "number":
        real = "cast(v as double)"
        parts.append(
            f", sum({real} * n) / sum(n) as mean, sqrt(greatest(sum({real} * {real} * n) / sum(n) "
            f"- power(sum({real} * n) / sum(n), 2), 0)) as spread"
        )
    if kind in {"number", "time"}:
        parts += [
            f", min(v) filter (where upto >= {q} * (select sum(n) from k)) as q{i}"
            for i, q in enumerate(_QUANTILES)
        ]
        parts.append(f", ({_histogram(kind)}) as bins")
    parts.append(
        f", (select list({{'v': v, 'n': n}} order by n desc, v) from "
        f"(select v, n from k order by n desc, v limit {_TOP})) as top from k"
    )
    return (
        f"with g as materialized (select {name} as v, count(*) as n from {table} group by all), "
        "k as materialized (select v, n, sum(n) over (order by v) as upto from g "
        f"where v is not null), e as (select min({_real(kind)}) as a, max({_real(kind)}) as b "
        f"from k {_finite(kind)}) {''.join(parts)}"
    )


def _real(kind: str) -> str:
    return "epoch(cast(v as timestamp))" if kind == "time" else "cast(v as double)"


def _finite(kind: str) -> str:
    return f"where isfinite({_real(kind)})" if kind == "number" else ""


def _histogram(kind: str) -> str:
    """Return a select of the bars as a list of bar and rows."""
    real = _real(kind)
    share = f"({real} - e.a) / nullif(e.b - e.a, 0)"
    bar = f"least(cast(floor({share} * {_BINS}) as bigint), {_BINS - 1})"
    return (
        "select list({'bar': bar, 'n': n, 'a': a, 'b': b}) from "
        f"(select coalesce({bar}, 0) as bar, sum(n) as n, any_value(e.a) as a, any_value(e.b) as b "
        f"from k, e {_finite(kind)} group by all)"
    )


def _bins(row: dict[str, Any], kind: str) -> list[wire.Bin]:
    found = row.get("bins") or []
    if not found:
        return []
    low, high = found[0]["a"], found[0]["b"]
    if low is None or high is None:
        return []
    counts = {int(item["bar"]): int(item["n"]) for item in found}
    if low == high:
        edge = _edge(low, kind, row["low"])
        return [wire.Bin(low=edge, high=edge, rows=sum(counts.values()))]
    width = (high - low) / _BINS
    return [
        wire.Bin(
            low=_edge(low + width * i, kind, row["low"]),
            high=_edge(low + width * (i + 1), kind, row["low"]),
            rows=counts.get(i, 0),
        )
        for i in range(_BINS)
    ]


def _edge(value: float, kind: str, like: object) -> Any:  # noqa: ANN401 - a number or a time
    if kind != "time":
        return as_json(value)
    from phlo_api.dagster_values import instant

    moment = instant(value)
    is_day = isinstance(like, date) and not isinstance(like, datetime)
    return moment.date().isoformat() if is_day else moment.isoformat()
