"""Whatever Arrow holds comes back from a table as it went in."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyiceberg.catalog.sql import SqlCatalog

from phlo.engine.connection import open_engine
from phlo.tables.plan import scan_sql
from phlo.tables.write import append, create, staged, upsert

DAYS = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
MOMENTS = st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
LEAVES: list[tuple[pa.DataType, st.SearchStrategy]] = [
    (pa.int32(), st.integers(-(2**31), 2**31 - 1)),
    (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    (pa.float64(), st.floats()),
    (pa.bool_(), st.booleans()),
    (pa.string(), TEXTS),
    (pa.binary(), st.binary(max_size=20)),
    (pa.date32(), DAYS),
    (pa.timestamp("us"), MOMENTS),
    (pa.timestamp("us", "UTC"), MOMENTS.map(lambda moment: moment.replace(tzinfo=dt.UTC))),
    (pa.decimal128(20, 3), st.decimals(-(10**16), 10**16, places=3)),
]


@st.composite
def kinds(draw: st.DrawFn, depth: int = 2) -> tuple[pa.DataType, st.SearchStrategy]:
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(LEAVES))
    if draw(st.booleans()):
        kind, values = draw(kinds(depth - 1))
        return pa.list_(kind), st.lists(st.none() | values, max_size=3)
    parts = draw(st.lists(kinds(depth - 1), min_size=1, max_size=3))
    names = [f"f{n}" for n in range(len(parts))]
    struct = pa.struct([(name, kind) for name, (kind, _) in zip(names, parts, strict=True)])
    fields = {name: st.none() | values for name, (_, values) in zip(names, parts, strict=True)}
    return struct, st.fixed_dictionaries(fields)


@st.composite
def arrow_tables(draw: st.DrawFn) -> pa.Table:
    rows = draw(st.integers(1, 8))
    columns = {"id": pa.array(range(rows), pa.int64())}
    for n, (kind, values) in enumerate(draw(st.lists(kinds(), min_size=1, max_size=4))):
        given_values = draw(st.lists(st.none() | values, min_size=rows, max_size=rows))
        columns[f"c{n}"] = pa.array(given_values, kind)
    return pa.table(columns)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory):
    folder: Path = tmp_path_factory.mktemp("warehouse")
    catalog = SqlCatalog("t", uri="sqlite:///:memory:", warehouse=f"file://{folder}")
    yield catalog
    catalog.close()


@pytest.fixture(scope="module")
def con():
    with open_engine(threads=1) as con:
        yield con


QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_names = iter(range(10**9))


def written(con, tables, data: pa.Table, partition_by=()):
    key = ("raw", f"t{next(_names)}")
    table = create(tables, key, data.schema, partition_by=partition_by)
    with staged(con, data) as select:
        append(con, table, select)
    return table


def rows_of(data: pa.Table) -> list[str]:
    """As text, so that NaN equals NaN and -0.0 is not 0.0."""
    return sorted(repr(row) for row in data.to_pylist())


@QUICK
@given(data=arrow_tables())
def test_arrow_comes_back_as_it_went_in(con, tables, data) -> None:
    table = written(con, tables, data)

    ours = con.execute(scan_sql(con, table)).to_arrow_table()

    assert rows_of(ours) == rows_of(data)
    if not any(pa.types.is_nested(field.type) for field in data.schema):
        assert rows_of(table.scan().to_arrow()) == rows_of(data)  # it reads null lists as empty


LEAF_TABLES = st.sampled_from([leaf for leaf in LEAVES if leaf[0] != pa.float64()]).flatmap(
    lambda leaf: st.lists(st.none() | leaf[1], min_size=1, max_size=8).map(
        lambda values: pa.table({"v": pa.array(values, leaf[0])})
    )
)


@QUICK
@given(data=LEAF_TABLES, transform=st.sampled_from(["v", "bucket(3, v)"]))
def test_partitions_lose_no_row_and_prune_none_away(con, tables, data, transform) -> None:
    if transform != "v" and data.schema.field("v").type == pa.bool_():
        transform = "v"
    table = written(con, tables, data, (transform,))

    ours = con.execute(scan_sql(con, table)).to_arrow_table()

    assert rows_of(ours) == rows_of(data)
    assert rows_of(table.scan().to_arrow()) == rows_of(data)


BATCHES = st.lists(
    st.dictionaries(st.integers(0, 30), st.integers(0, 9), min_size=1, max_size=10),
    min_size=1,
    max_size=4,
)


@QUICK
@given(batches=BATCHES, transform=st.sampled_from([(), ("bucket(2, k)",), ("v",)]))
def test_upserts_do_what_a_dictionary_does(con, tables, batches, transform) -> None:
    schema = pa.schema([("k", pa.int64()), ("v", pa.int64())])
    table = create(tables, ("raw", f"t{next(_names)}"), schema, partition_by=transform)
    expected: dict[int, int] = {}

    for batch in batches:
        known = len(expected.keys() & batch.keys())
        data = pa.table({"k": list(batch), "v": list(batch.values())}, schema=schema)
        with staged(con, data) as select:
            done = upsert(con, table, select, ["k"])
        expected.update(batch)
        assert (done.rows_updated, done.rows_added) == (known, len(batch) - known)

    assert dict(con.execute(scan_sql(con, table)).fetchall()) == expected
    assert table.scan().to_arrow().num_rows == len(expected)
