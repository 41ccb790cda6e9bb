"""One small project for all contract tests of the API; tests that change it clean up."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from phlo_api.app import create_app
from phlo_api.serving import Serving
from tests.contract.phlo_api.world import World

KEY = "a key for tests"
HERE = Path(__file__).parent
# Dagster warns about its own use of these when it loads a location or launches a backfill.
DAGSTER_WARNS = (
    "ignore:Property `ScheduleDefinition.environment_vars` is deprecated:DeprecationWarning",
    "ignore:Function `AssetSelection.sources` is deprecated:DeprecationWarning",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            for line in DAGSTER_WARNS:
                item.add_marker(pytest.mark.filterwarnings(line))


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("api") / "shop")
    yield made
    made.close()


@pytest.fixture(scope="session")
def client(world: World) -> TestClient:
    return TestClient(world.app, base_url="http://localhost", raise_server_exceptions=False)


@pytest.fixture(scope="session")
def locked(world: World) -> TestClient:
    """The same project behind a key."""
    app = create_app(
        world.project,
        catalog=world.catalog,
        context=world.context,
        settings=Serving(keys=frozenset({KEY})),
        static=world.static,
    )
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
