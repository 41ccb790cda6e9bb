"""Live streams: nothing is lost and nothing comes twice, whatever breaks between."""
# over 300 lines: every stream is tried with the same server and reader

import asyncio
import json
import threading
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import dagster as dg
import pytest

from tests.contract.phlo_api.streams import Sent, read
from tests.contract.phlo_api.world import World

TOGETHER = "/api/live/events?"


def ids(events: Sequence[Sent]) -> list[int]:
    return [int(e.id) for e in events if e.id is not None and e.name == "log"]


async def watched(world: World) -> None:
    """Wait until somebody watches something, for at most ten seconds."""
    for _ in range(500):
        if world.app.api.live.topics:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody watches")


def over(*paths: str) -> str:
    """Return the address of several streams over one connection."""
    return TOGETHER + urlencode([("watch", path) for path in paths])


def of_watch(events: Sequence[Sent], watch: int) -> list[dict[str, Any]]:
    """Return what one watch sent, without its end."""
    found = [json.loads(event.data) for event in events if event.name != "end"]
    return [one["event"] for one in found if one["watch"] == watch]


def all_ids(world: World, run_id: str) -> list[int]:
    return [e.storage_id for e in world.app.api.dagster.events(run_id, 0, 1000)]


def test_the_log_of_a_finished_run_comes_whole_and_ends(world: World) -> None:
    run_id = world.runs["orders"]

    found = asyncio.run(read(world.app, f"/api/live/runs/{run_id}", until=lambda _: False))

    assert ids(found) == all_ids(world, run_id)
    assert found[-1].name == "end"


@pytest.mark.parametrize("place", [0, 3, -1])
def test_a_reader_goes_on_after_the_last_event_it_has(world: World, place: int) -> None:
    run_id = world.runs["orders"]
    every = all_ids(world, run_id)
    last = every[place]

    found = asyncio.run(
        read(world.app, f"/api/live/runs/{run_id}", until=lambda _: False, last=str(last))
    )

    assert ids(found) == [i for i in every if i > last]


def test_a_reader_that_is_cut_off_again_and_again_misses_and_repeats_nothing(
    world: World,
) -> None:
    """A run writes while readers come and go, each with the id of the one before."""
    job = dg.Definitions(
        assets=[_chatty], executor=dg.in_process_executor
    ).resolve_implicit_global_asset_job_def()
    run = world.instance.create_run_for_job(job)
    writer = threading.Thread(target=lambda: _write(world, run.run_id))
    path = f"/api/live/runs/{run.run_id}"
    seen: list[int] = []

    async def follow() -> None:
        last: str | None = None
        writer.start()
        for size in (1, 2, 5, 3, 7, 4, 100_000):
            wanted = len(seen) + size

            def enough(found: list[Sent], wanted: int = wanted, had: int = len(seen)) -> bool:
                return had + len(found) >= wanted

            found = await read(world.app, path, until=enough, last=last, timeout_s=30)
            fresh = ids(found)
            seen.extend(fresh)
            last = str(seen[-1]) if seen else None
            if found and found[-1].name == "end":
                return

    asyncio.run(follow())
    writer.join()

    assert seen == all_ids(world, run.run_id)
    assert len(seen) > 60


@dg.asset
def _chatty() -> None: ...


def _write(world: World, run_id: str) -> None:
    import time

    for number in range(60):
        world.instance.report_engine_event(f"line {number}", world.instance.get_run_by_id(run_id))
        time.sleep(0.005)
    world.instance.report_run_canceled(world.instance.get_run_by_id(run_id))
    time.sleep(0)


def test_two_readers_of_one_run_share_one_poller(world: World) -> None:
    job = dg.Definitions(assets=[_chatty]).resolve_implicit_global_asset_job_def()
    run = world.instance.create_run_for_job(job)
    world.instance.report_engine_event("a line", run)
    path = f"/api/live/runs/{run.run_id}"
    known = len(all_ids(world, run.run_id))
    most = 0

    async def watch() -> tuple[list[Sent], list[Sent]]:
        def two(found: list[Sent]) -> bool:
            nonlocal most
            most = max(most, world.app.api.live.topics)
            return len(found) > known

        async def speak() -> None:
            await watched(world)
            world.instance.report_engine_event("another", run)

        first, second, _ = await asyncio.gather(
            read(world.app, path, until=two), read(world.app, path, until=two), speak()
        )
        return first, second

    first, second = asyncio.run(watch())

    assert [e.id for e in first] == [e.id for e in second]
    assert len(first) == known + 1
    assert most == 1
    assert world.app.api.live.topics == 0, "the poller ends with its last reader"


def test_refs_come_all_at_first_and_then_as_they_move(world: World) -> None:
    async def watch() -> list[Sent]:
        async def move() -> None:
            await watched(world)
            world.catalog.create_branch("dev/live", at="main")

        found, _ = await asyncio.gather(
            read(world.app, "/api/live/refs", until=lambda e: len(e) >= 2), move()
        )
        world.catalog.delete_ref("dev/live")
        return found

    first, second = (json.loads(event.data) for event in asyncio.run(watch())[:2])

    assert "main" in {ref["name"] for ref in first["changed"]}
    assert [ref["name"] for ref in second["changed"]] == ["dev/live"]


def test_a_new_run_shows_in_the_stream_of_runs(world: World) -> None:
    job = dg.Definitions(assets=[_chatty]).resolve_implicit_global_asset_job_def()
    made: list[str] = []

    async def watch() -> list[Sent]:
        async def launch() -> None:
            await watched(world)
            made.append(world.instance.create_run_for_job(job).run_id)

        def has(found: list[Sent]) -> bool:
            return bool(made) and any(made[0] in e.data for e in found)

        found, _ = await asyncio.gather(read(world.app, "/api/live/runs", until=has), launch())
        return found

    found = asyncio.run(watch())

    runs = [json.loads(event.data)["run"]["run_id"] for event in found]
    assert runs.count(made[0]) == 1


def test_a_tail_shows_only_what_was_asked_for(world: World) -> None:
    job = dg.Definitions(assets=[_chatty]).resolve_implicit_global_asset_job_def()
    run = world.instance.create_run_for_job(job)

    async def watch() -> list[Sent]:
        async def speak() -> None:
            await watched(world)
            world.instance.report_engine_event("something else", run)
            world.instance.report_engine_event("a needle", run)

        path = f"/api/loki/tail?run={run.run_id}&q=needle"
        found, _ = await asyncio.gather(read(world.app, path, until=lambda e: bool(e)), speak())
        return found

    (event,) = asyncio.run(watch())

    assert json.loads(event.data)["line"]["message"] == "a needle"


@pytest.mark.parametrize("path", ["/api/live/refs", "/api/live/runs", "/api/loki/tail"])
def test_an_event_of_another_stream_is_refused(client: object, path: str) -> None:
    response = client.get(path, headers={"last-event-id": "!"})  # type: ignore[attr-defined]

    assert response.status_code == 422


def test_one_connection_carries_what_several_would(world: World) -> None:
    paths = [f"/api/live/runs/{world.runs[name]}" for name in list(world.runs)[:2]]

    found = asyncio.run(read(world.app, over(*paths), until=lambda _: False))

    for place, path in enumerate(paths):
        alone = asyncio.run(read(world.app, path, until=lambda _: False))
        wanted = [json.loads(event.data) for event in alone if event.name != "end"]
        assert of_watch(found, place) == wanted
    ends = [json.loads(event.data) for event in found if event.name == "end"]
    assert sorted(end["watch"] for end in ends) == [0, 1]


def test_the_end_of_one_watch_leaves_the_others(world: World) -> None:
    over_already = f"/api/live/runs/{world.runs['orders']}"

    async def watch() -> list[Sent]:
        async def move() -> None:
            await watched(world)
            world.catalog.create_branch("dev/together", at="main")

        def moved(found: list[Sent]) -> bool:
            return len(of_watch(found, 1)) >= 2 and any(e.name == "end" for e in found)

        found, _ = await asyncio.gather(
            read(world.app, over(over_already, "/api/live/refs"), until=moved), move()
        )
        world.catalog.delete_ref("dev/together")
        return found

    found = asyncio.run(watch())

    assert [ref["name"] for ref in of_watch(found, 1)[-1]["changed"]] == ["dev/together"]
    assert len(of_watch(found, 0)) == len(all_ids(world, world.runs["orders"]))
    assert world.app.api.live.topics == 0, "the pollers end with their last reader"


def test_several_watches_cut_off_again_and_again_miss_and_repeat_nothing(world: World) -> None:
    """Two runs write while a reader of both comes and goes, with the last id that it has."""
    job = dg.Definitions(
        assets=[_chatty], executor=dg.in_process_executor
    ).resolve_implicit_global_asset_job_def()
    runs = [world.instance.create_run_for_job(job).run_id for _ in range(2)]
    writers = [threading.Thread(target=_write, args=(world, run)) for run in runs]
    path = over(*(f"/api/live/runs/{run}" for run in runs), "/api/live/refs")
    seen: list[list[int]] = [[], []]

    async def follow() -> None:
        places: list[str] = []
        for writer in writers:
            writer.start()
        for size in (1, 2, 0, 5, 3, 7, 4, 100_000):

            def enough(found: list[Sent], size: int = size) -> bool:
                return len(found) >= size + 1 or sum(e.name == "end" for e in found) == 2

            last = places[-1] if places else None
            found = await read(
                world.app, path, until=enough, last=last, timeout_s=30, places=places
            )
            for place, lines in enumerate(seen):
                lines += [event["line"]["id"] for event in of_watch(found, place)]

    asyncio.run(follow())
    for writer in writers:
        writer.join()

    assert seen == [all_ids(world, run) for run in runs]
    assert min(map(len, seen)) > 60


def test_a_tail_cut_off_before_its_first_line_misses_none(world: World) -> None:
    job = dg.Definitions(assets=[_chatty]).resolve_implicit_global_asset_job_def()
    run = world.instance.create_run_for_job(job)
    path = over(f"/api/loki/tail?run={run.run_id}")
    places: list[str] = []

    async def watch() -> list[Sent]:
        await read(world.app, path, until=lambda _: bool(places), places=places)
        world.instance.report_engine_event("while nobody looked", run)
        return await read(world.app, path, until=lambda e: bool(e), last=places[-1])

    (event,) = of_watch(asyncio.run(watch()), 0)

    assert event["line"]["message"] == "while nobody looked"


def test_the_place_of_a_tail_may_name_more_runs_than_a_page_has_cursors_for(world: World) -> None:
    known = {f"{number:036}": 1 for number in range(150)}
    last = json.dumps([json.dumps([0.0, known])])
    run = world.runs["orders"]

    found = asyncio.run(
        read(world.app, over(f"/api/loki/tail?run={run}"), until=lambda e: bool(e), last=last)
    )

    assert of_watch(found, 0)[0]["line"]["run_id"] == run


def test_a_watch_of_an_unknown_run_is_refused_by_its_path(client: Any) -> None:
    path = "/api/live/runs/00000000-0000-4000-8000-000000000000"

    response = client.get(over("/api/live/refs", path))

    assert response.status_code == 404
    assert response.json()["code"] == "run-not-found"
    assert response.json()["instance"] == path


@pytest.mark.parametrize(
    ("paths", "last"),
    [
        (["/api/iceberg/tables"], None),
        (["/api/live/runs/"], None),
        (["/api/live/refs?x=1"], None),
        (["/api/loki/tail?level=loud"], None),
        (["/api/loki/tail?colour=red"], None),
        (["/api/loki/tail?level"], None),
        (["/api/live/refs"] * 17, None),
        ([], None),
        (["/api/live/refs"], "7"),
        (["/api/live/refs"], '["7","8"]'),
        (["/api/live/refs"], "[7]"),
        (["/api/live/refs"], '["x"]'),
        (["/api/loki/tail"], '["[1]"]'),
    ],
)
def test_what_cannot_be_watched_is_refused(client: Any, paths: list[str], last: str | None) -> None:
    headers = {} if last is None else {"last-event-id": last}

    response = client.get(over(*paths), headers=headers)

    assert response.status_code == 422
    assert response.json()["fix"]
