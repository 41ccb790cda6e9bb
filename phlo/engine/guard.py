"""Which ad hoc SQL may run: one read, known by DuckDB's own parse tree.

The tree is the engine's, so the guard and the engine cannot understand a text differently. Node
kinds and functions are allow-lists; what cannot be parsed is refused. The guard decides what is
meaningful to run; the worker that runs it is locked down all the same.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

import duckdb

from phlo.engine.functions import SCALARS, TABLES, words
from phlo.engine.pivots import with_fixed_pivots
from phlo.errors import UnsafeSql
from phlo.model import Json

MAX_CHARACTERS = 200_000
_ALLOWED_CONTROLS = frozenset("\t\n\r")

_EXPRESSIONS = words("""
BETWEEN CASE CAST COLLATE COLUMN_REF COMPARISON CONJUNCTION CONSTANT DEFAULT FUNCTION LAMBDA
LAMBDA_REF OPERATOR PARAMETER POSITIONAL_REFERENCE STAR SUBQUERY TYPE WINDOW
""")
_NODES = words("""
SELECT_NODE SET_OPERATION_NODE RECURSIVE_CTE_NODE CTE_NODE BASE_TABLE SUBQUERY JOIN TABLE_FUNCTION
EMPTY EXPRESSION_LIST PIVOT SHOW_REF ORDER_MODIFIER LIMIT_MODIFIER LIMIT_PERCENT_MODIFIER
DISTINCT_MODIFIER ASCENDING DESCENDING ORDER_DEFAULT
""")
_LISTINGS = frozenset({'"tables"', "__show_tables_expanded"})

Kind = Literal["query", "explain", "list"]


@dataclass(frozen=True, slots=True)
class CheckedSql:
    """A statement that may run.

    ``kind`` is ``list`` for SHOW TABLES, which is not DuckDB's to answer; ``tables`` are the
    dotted names that it reads, in any order.
    """

    sql: str
    kind: Kind
    tables: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=1_000)
def check_sql(sql: str) -> CheckedSql:
    """Return the statement if it is one read of tables.

    Raises:
        UnsafeSql: With what is not allowed in it and what to write instead.
    """
    _refuse_characters(sql)
    statement, kind = _without_explain(sql)
    tree = _parse(statement)
    found = _Findings()
    for node in _nodes(tree):
        _judge(node, found)
    ctes = found.ctes
    for name in found.tables:
        if len(name) == 1 and name[0].lower() not in ctes:
            raise UnsafeSql(
                f"{name[0]!r} is not a table of the lake",
                fix="write namespace.table, as SHOW TABLES lists them; files cannot be read",
            )
    if found.is_listing and tree["node"].get("from_table", {}).get("type") != "SHOW_REF":
        raise UnsafeSql("SHOW TABLES is not allowed inside a query", fix="run it alone")
    tables = tuple(name for name in found.tables if len(name) > 1)
    return CheckedSql(sql, "list" if found.is_listing else kind, tables)


class _Findings:
    """What the walk over a tree has met."""

    def __init__(self) -> None:
        self.tables: list[tuple[str, ...]] = []
        self.ctes: set[str] = set()
        self.is_listing = False


def _refuse_characters(sql: str) -> None:
    if len(sql) > MAX_CHARACTERS:
        raise UnsafeSql(
            f"the statement has {len(sql):,} characters, more than {MAX_CHARACTERS:,}",
            fix="shorten it; join long lists of values as a table",
        )
    for place, char in enumerate(sql):
        if (char < " " and char not in _ALLOWED_CONTROLS) or char == "\x7f" or char > "\ud7ff":
            _refuse_character(char, place)


def _refuse_character(char: str, place: int) -> None:
    if char < " " or char == "\x7f" or "\ud800" <= char <= "\udfff":
        raise UnsafeSql(
            f"the statement has the control character U+{ord(char):04X} at position {place}",
            fix="remove it, or write chr(…) in its place",
        )


def _without_explain(sql: str) -> tuple[str, Kind]:
    """Cut EXPLAIN, ANALYZE and their options off: what they explain is judged."""
    text = sql.encode()
    tokens = duckdb.tokenize(sql)
    if not tokens or _word(text, tokens, 0) != "explain":
        return sql, "query"
    place = 1
    if _word(text, tokens, place) == "(":
        while place < len(tokens) and _word(text, tokens, place) != ")":
            place += 1
        place += 1
    if _word(text, tokens, place) == "analyze":
        place += 1
    if place >= len(tokens):
        raise UnsafeSql("EXPLAIN has nothing to explain", fix="write a SELECT after it")
    return text[tokens[place][0] :].decode(), "explain"


def _word(text: bytes, tokens: Sequence[tuple[int, object]], place: int) -> str:
    if place >= len(tokens):
        return ""
    start = tokens[place][0]
    end = tokens[place + 1][0] if place + 1 < len(tokens) else len(text)
    return text[start:end].split()[0].decode(errors="replace").lower() if end > start else ""


def _parse(sql: str) -> Json:
    tree = _serialized(sql)
    if tree["error"] and "Only SELECT" in tree["error_message"]:
        fixed = with_fixed_pivots(sql)
        if fixed is not None:
            tree = _serialized(fixed)
    if tree["error"]:
        raise _refusal(tree["error_message"])
    if len(tree["statements"]) != 1:
        raise UnsafeSql(
            f"there are {len(tree['statements'])} statements, one is allowed",
            fix="run one at a time",
        )
    return tree["statements"][0]


def _refusal(message: str) -> UnsafeSql:
    if "Only SELECT" in message:
        return UnsafeSql(
            "the statement is not a read",
            fix="use SELECT, WITH, FROM, VALUES, PIVOT, DESCRIBE, SUMMARIZE, SHOW TABLES or "
            "EXPLAIN; tables change through ingestions and models",
        )
    return UnsafeSql(
        f"the statement cannot be parsed: {message}",
        fix="mend the syntax; the dialect is DuckDB's",
    )


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={"threads": "1"})


def _serialized(sql: str) -> Json:
    try:
        with _parser().cursor() as con:
            row = con.execute("select json_serialize_sql(?)", [sql]).fetchone()
        return json.loads(row[0]) if row else {"error": True, "error_message": "no answer"}
    except (duckdb.Error, ValueError, RecursionError) as error:
        return {"error": True, "error_message": str(error).split("\n", 1)[0]}


def _nodes(tree: Json) -> Iterator[dict[str, Json]]:
    waiting = [tree]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _judge(node: dict[str, Json], found: _Findings) -> None:
    kind = node.get("type")
    expression = node.get("class")
    if expression is not None:
        _judge_expression(node, expression)
    elif isinstance(kind, str) and not kind.endswith("_TYPE_INFO"):
        _judge_node(node, kind, found)
    for entry in (node.get("cte_map") or {}).get("map", ()):
        found.ctes.add(entry["key"].lower())
    if "cte_name" in node:
        found.ctes.add(str(node["cte_name"]).lower())


def _judge_expression(node: dict[str, Json], expression: str) -> None:
    if expression not in _EXPRESSIONS:
        raise UnsafeSql(
            f"expressions of the kind {expression.lower()} are not allowed",
            fix="write it with operators, functions and sub-queries",
        )
    if expression in ("FUNCTION", "WINDOW"):
        name = str(node["function_name"]).lower()
        if name not in SCALARS and name not in TABLES:
            raise _no_function(name)


def _judge_node(node: dict[str, Json], kind: str, found: _Findings) -> None:
    if kind not in _NODES:
        raise UnsafeSql(
            f"a part of the kind {kind.lower()} is not allowed", fix="read tables by their names"
        )
    if kind == "TABLE_FUNCTION":
        name = str(node["function"].get("function_name", "")).lower()
        if name not in TABLES:
            raise _no_function(name)
    elif kind == "BASE_TABLE":
        _judge_table(node, found)
    elif kind == "SHOW_REF":
        _judge_listing(node, found)
    elif kind == "RECURSIVE_CTE_NODE":
        found.ctes.add(str(node.get("cte_name", "")).lower())


def _judge_table(node: dict[str, Json], found: _Findings) -> None:
    if node.get("at_clause") is not None:
        raise UnsafeSql(
            f"AT is not allowed after {node['table_name']!r}",
            fix='read another state by its ref: "main@2026-01-31".raw.flights',
        )
    parts = (node["catalog_name"], node["schema_name"], node["table_name"])
    name = tuple(str(part) for part in parts if part)
    if len(name) > 1 and name[-2].lower() in ("information_schema", "pg_catalog", "main"):
        raise UnsafeSql(
            f"{'.'.join(name)} is a table of the engine, not of the lake",
            fix="use SHOW TABLES or DESCRIBE namespace.table",
        )
    found.tables.append(name)


def _judge_listing(node: dict[str, Json], found: _Findings) -> None:
    if node.get("query") is not None:
        return
    if node.get("show_type") == "SHOW_UNQUALIFIED" and node.get("table_name") in _LISTINGS:
        found.is_listing = True
        return
    raise UnsafeSql(
        "this form of SHOW is not allowed", fix="use SHOW TABLES or DESCRIBE namespace.table"
    )


def _no_function(name: str) -> UnsafeSql:
    return UnsafeSql(
        f"the function {name!r} is not allowed, or there is none",
        fix="use functions that compute from their arguments; tables are read by their names",
    )
