"""Which checks a table has, wherever they were declared."""

from phlo.declare._place import Place
from phlo.declare.rules import Rule, Schema
from phlo.declare.specs import CheckSpec, Declarations, IngestionSpec
from phlo.errors import NotFound

SCHEMA_CHECK = "schema"


class CheckNotFound(NotFound):
    """The table has no check of this name."""

    code = "check-not-found"
    noun = "check"
    first = "declare one with checks= or @phlo.quality"


def checks_of(declarations: Declarations, table: str) -> tuple[CheckSpec, ...]:
    """Return the checks of a table: its rules, its schema, and the `@quality` functions."""
    spec = declarations.ingestion(table)
    own = _of_ingestion(spec) if spec is not None else ()
    return (*own, *(check for check in declarations.checks if check.table == table))


def checked_tables(declarations: Declarations) -> tuple[str, ...]:
    """Return every table that has checks, sorted."""
    named = {check.table for check in declarations.checks}
    named |= {spec.table for spec in declarations.ingestions if spec.checks or spec.schema}
    return tuple(sorted(named))


def _of_ingestion(spec: IngestionSpec) -> tuple[CheckSpec, ...]:
    rules = list(spec.checks)
    if spec.schema is not None:
        rules.insert(0, _schema_rule(spec))
    return tuple(CheckSpec.of_rule(rule, spec.table) for rule in rules)


def _schema_rule(spec: IngestionSpec) -> Rule:
    frame = spec.schema.to_schema() if hasattr(spec.schema, "to_schema") else spec.schema
    columns = getattr(frame, "columns", {}).values()
    whole = bool(getattr(frame, "unique", None)) or any(item.unique for item in columns)
    return Schema(
        name=SCHEMA_CHECK,
        schema=spec.schema,
        scope="table" if whole else "auto",
        description="Every row passes the declared schema.",
        place=Place(spec.file, spec.line),
    )
