"""PIVOT without a list of values, which DuckDB runs as two statements and does not serialize.

Such a statement is judged by a twin with a fixed list. The twin comes from another parser, so the
original's words are judged as well: whatever is called in it must be in the allow-list.
"""

import re

import duckdb

from phlo.engine.functions import SCALARS, TABLES, words

_BEFORE_PARENTHESIS = words("""
all and any array as asc between by case cast coalesce columns distinct else end except exclude
exists extract filter from group having if in interval is join lateral like limit materialized not
null offset on or order over partition pivot pivot_longer pivot_wider row rows select set struct
then try_cast union unpivot using values when where window with within decimal numeric varchar
trim position overlay substring
""")
_NAME = re.compile(r'^\w+|^"(?:[^"]|"")*"')


def with_fixed_pivots(sql: str) -> str | None:
    """Return the statement with every pivot over fixed values, or None if it is not such a one."""
    tokens = _words(sql)
    if not any(word in ("pivot", "pivot_wider") for word, _ in tokens):
        return None
    if not all(_is_allowed(tokens, place) for place in range(len(tokens))):
        return None
    return _fixed(sql)


def _fixed(sql: str) -> str | None:
    import sqlglot
    from sqlglot import exp

    try:
        statements = sqlglot.parse(sql, read="duckdb")
    except (sqlglot.errors.SqlglotError, RecursionError):
        return None
    if len(statements) != 1 or not isinstance(statements[0], (exp.Select, exp.Pivot)):
        return None
    tree = statements[0]
    for pivot in tree.find_all(exp.Pivot):
        if not pivot.args.get("unpivot"):
            pivot.set("expressions", [_with_values(on) for on in pivot.expressions])
    return tree.sql(dialect="duckdb")


def _with_values(on: "object") -> "object":
    from sqlglot import exp

    if isinstance(on, (exp.In, exp.PivotAny)) or not isinstance(on, exp.Expression):
        return on
    return exp.In(this=on, expressions=[exp.Literal.number(0)])


def _words(sql: str) -> list[tuple[str, object]]:
    text = sql.encode()
    tokens = duckdb.tokenize(sql)
    ends = [*(start for start, _ in tokens[1:]), len(text)]
    return [
        (_first_word(text[start:end].decode(errors="replace")), kind)
        for (start, kind), end in zip(tokens, ends, strict=True)
    ]


def _first_word(text: str) -> str:
    match = _NAME.match(text)
    return match.group().strip('"').lower() if match else text.strip().lower()


def _is_allowed(tokens: list[tuple[str, object]], place: int) -> bool:
    """Judge one token by what stands beside it: calls, and texts where a table would stand."""
    word, kind = tokens[place]
    following = tokens[place + 1][0] if place + 1 < len(tokens) else ""
    before = tokens[place - 1][0] if place else ""
    if kind == duckdb.token_type.string_const:
        return before not in ("from", "join", "pivot", "pivot_wider")
    if kind in (duckdb.token_type.identifier, duckdb.token_type.keyword) and following[:1] == "(":
        return word in SCALARS or word in TABLES or word in _BEFORE_PARENTHESIS
    return word != ";" or place == len(tokens) - 1
