"""Kill -9 in a load into a bucket: nothing is lost, doubled, half there, untold or stuck."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash import oracle
from tests.crash.forking import Zygote
from tests.crash.test_kill import DECLARED, LOG_ENTRIES, STEPS, TABLE
from tests.servers.conftest import BUCKET

pytestmark = [pytest.mark.crash]


@pytest.fixture(scope="module")
def zygote(variables: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    root = tmp_path_factory.mktemp("crash")
    (root / "defs").mkdir()
    (root / "phlo.yaml").write_text(f"name: crash\nlake: s3://{BUCKET}/crash\n")
    lines = [f"{name}={value}" for name, value in variables.items()]
    (root / ".env").write_text("\n".join(lines))
    (root / "defs/tables.py").write_text(DECLARED)
    made = Zygote(root, TABLE)
    made.more_rows()
    assert made.run(learn=str(root / "modules.json"))["status"] == 0
    yield made
    made.close()


@pytest.fixture(scope="module")
def bucket(gateway: str, options: dict[str, str], objects: Path) -> oracle.Bucket:
    return oracle.Bucket(
        f"s3://{BUCKET}/crash",
        objects / BUCKET / "crash",
        {
            "s3.endpoint": gateway,
            "s3.region": "us-east-1",
            "s3.access-key-id": options["access_key_id"],
            "s3.secret-access-key": options["secret_access_key"],
        },
    )


@pytest.mark.parametrize("step", [*STEPS, *LOG_ENTRIES])
def test_a_process_that_dies_at_a_durable_step_does_no_harm(
    zygote: Zygote, bucket: oracle.Bucket, step: str
) -> None:
    zygote.more_rows()

    died = zygote.run(crash_at=step)
    recovered = zygote.run()

    assert died["status"] == -9, f"{step} was not reached"
    assert recovered["status"] == 0
    found = oracle.look(zygote.root, TABLE, bucket)
    assert found.ids == list(range(1, zygote.rows + 1)), "rows are lost or doubled"
    assert found.events == sorted(found.merges), "data without its event, or an event too many"
    assert found.branches == set(), "a branch was left behind"
    assert found.open_runs == [], "a run never ends"
