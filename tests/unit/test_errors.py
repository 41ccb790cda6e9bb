import pytest

from phlo.errors import AssetNotFound, NotFound, RunNotFound, TableNotFound


def test_an_unknown_name_is_answered_by_the_nearest() -> None:
    error = TableNotFound.named("raw.flihgts", known=["raw.planes", "raw.flights"])

    assert error.problem == "table 'raw.flihgts' is not known"
    assert error.fix.startswith("use one of: raw.flights")


@pytest.mark.parametrize(
    ("kind", "fix"),
    [
        (
            TableNotFound,
            'load one with "phlo materialize", or read another ref: there is no table on dev yet',
        ),
        (RunNotFound, 'start one with "phlo materialize": there is no run on dev yet'),
        (AssetNotFound, "declare one with @phlo.ingestion: there is no asset on dev yet"),
        (NotFound, "create one first: there is no object on dev yet"),
    ],
)
def test_where_there_is_nothing_the_fix_says_how_to_get_the_first(kind, fix) -> None:
    assert kind.named("x", known=(), where="on dev").fix == fix


def test_where_it_is_not_told_what_there_is_nothing_is_said_of_it() -> None:
    assert TableNotFound.named("x").fix == "look at how the name of the table is written"
