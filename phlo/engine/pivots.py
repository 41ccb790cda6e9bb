"""PIVOT without a list of values, which DuckDB runs as several statements and does not serialize.

Such a statement is judged by a twin: the same text with a value given to each pivoted column, so
that everything it calls and reads stands in the twin's parse tree too.
"""

import duckdb

_PIVOTS = ("pivot", "pivot_wider")
_ENDS = ("using", "group", "order", "limit", ")", ";", "union", "except", "intersect")
_VALUE = b"\n in (0) "


def with_fixed_pivots(sql: str) -> str | None:
    """Return the statement with every pivot over fixed values, or None if it has no pivot."""
    text = sql.encode()
    tokens = _tokens(sql, text)
    places: list[int] = []
    for place, (word, _, _) in enumerate(tokens):
        if word in _PIVOTS:
            places += _ends_of_columns(tokens, place)
    if not places:
        return None
    for place in sorted(set(places), reverse=True):
        text = text[:place] + _VALUE + text[place:]
    return text.decode()


def rows_of(con: duckdb.DuckDBPyConnection, sql: str) -> "str | duckdb.Statement":
    """Return what of a statement gives its rows, after what DuckDB puts before it was run.

    EXPLAIN of a pivot becomes a transaction of several statements that have no text of their own,
    and the last of them is a COMMIT, which has no rows.
    """
    parts = con.extract_statements(sql)
    if len(parts) < 2 or any(part.query for part in parts):
        return sql
    explains = [part for part in parts if part.type == duckdb.StatementType.EXPLAIN]
    if not explains:
        return sql
    for part in parts:
        if part.type == duckdb.StatementType.CREATE:
            con.execute(part)
    return explains[-1]


def _tokens(sql: str, text: bytes) -> list[tuple[str, int, int]]:
    """Return the words of a statement with where they start and where the next one does."""
    starts = [start for start, _ in duckdb.tokenize(sql)]
    ends = [*starts[1:], len(text)][: len(starts)]
    words = (
        text[start:end].decode(errors="replace") for start, end in zip(starts, ends, strict=True)
    )
    return [
        ((word.lower().split() or [""])[0], start, end)
        for word, start, end in zip(words, starts, ends, strict=True)
    ]


def _ends_of_columns(tokens: list[tuple[str, int, int]], pivot: int) -> list[int]:
    """Return where each column without a list of values ends, in PIVOT … ON a, b USING …."""
    found: list[int] = []
    depth = 0
    is_listed = is_fixed = False
    for word, start, _ in tokens[pivot + 1 :]:
        is_end = depth == 0 and (word in _ENDS or (is_listed and word == ","))
        if is_listed and is_end and not is_fixed:
            found.append(start)
        if depth == 0 and word in _ENDS:
            return found
        depth += (word in "([{") - (word in ")]}")
        if depth == 0 and word == "on":
            is_listed = True
        is_fixed = (is_fixed or (depth == 0 and word == "in")) and not is_end
    if is_listed and not is_fixed:
        found.append(tokens[-1][2])
    return found
