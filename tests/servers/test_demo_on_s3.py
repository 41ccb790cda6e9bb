"""The demo with its lake in a bucket: one line of its project file, and nothing else."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo import address_in, lay_out, make_demo, stop, tables_of
from tests.servers.conftest import BUCKET, SECRET

LATE = "select sum(flights), sum(late_flights) from marts.carrier_delays"
RAW = "select count(*), count(*) filter (arr_delay >= 15) from raw.flights"


@pytest.fixture(scope="module")
def root(variables: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bucket") / "project"
    lay_out(made)
    with (made / "phlo.yaml").open("a") as file:
        file.write(f"lake: s3://{BUCKET}/demo\n")
    lines = [f"{name}={value}" for name, value in variables.items()]
    (made / ".env").write_text("\n".join(lines))
    return made


@pytest.fixture(scope="module")
def printed(root: Path) -> Iterator[str]:
    try:
        yield make_demo(root)
    finally:
        stop(root)


def phlo(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "phlo.cli", *arguments, "--project", str(root)],
        env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rows(root: Path, sql: str) -> list[list[int]]:
    return [list(row.values()) for row in json.loads(phlo(root, "query", sql, "--json"))]


def test_the_demo_is_made_of_what_lies_in_the_bucket(root: Path, printed: str) -> None:
    assert "336,776" in printed
    assert not (root / ".phlo" / "lake").exists()
    assert rows(root, LATE) == rows(root, RAW)
    assert rows(root, RAW)[0][0] == 336_776


def test_the_page_answers_on_the_bucket(root: Path, printed: str) -> None:
    assert {"raw.flights", "marts.carrier_delays"} <= set(tables_of(address_in(printed)))


def test_the_doctor_finds_a_store_that_keeps_its_promises(root: Path, printed: str) -> None:
    assert f"s3://{BUCKET}/demo creates only what is absent" in phlo(root, "doctor")


def test_no_key_is_written_anywhere(root: Path, printed: str) -> None:
    found = [
        path
        for path in root.rglob("*")
        if path.is_file() and path.name != ".env" and SECRET.encode() in path.read_bytes()
    ]

    assert found == []
    assert SECRET not in printed
    assert SECRET not in phlo(root, "config", "show")


def test_without_processes_and_caches_a_new_process_sees_everything(
    root: Path, printed: str
) -> None:
    told = phlo(root, "catalog", "tables", "--json"), phlo(root, "catalog", "history", "--json")
    before = rows(root, LATE)
    stop(root)

    shutil.rmtree(root / ".phlo")

    assert phlo(root, "catalog", "tables", "--json") == told[0]
    assert phlo(root, "catalog", "history", "--json") == told[1]
    assert rows(root, LATE) == before
