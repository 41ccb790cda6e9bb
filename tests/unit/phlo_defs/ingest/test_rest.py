"""A REST source in the shape of Nightscout: pages, limits of rate, a death half way, resuming."""

REST = """
@phlo.ingestion(table="raw.entries", key="_id", retries={retries})
def entries():
    from dlt.sources.rest_api import rest_api_source

    return rest_api_source(
        {{
            "client": {{
                "base_url": "{url}",
                "paginator": {{
                    "type": "offset", "limit": 100, "offset_param": "skip", "limit_param": "count",
                    "total_path": None, "stop_after_empty_page": True,
                }},
            }},
            "resources": [
                {{
                    "name": "entries",
                    "endpoint": {{
                        "path": "api/v1/entries.json",
                        "incremental": {{
                            "cursor_path": "date", "start_param": "since", "initial_value": 0,
                        }},
                    }},
                }}
            ],
        }}
    )
"""


def declare(house, nightscout, retries: int = 0) -> None:
    house.declare(REST.format(url=nightscout.url, retries=retries))


def test_all_pages_arrive_once(house, nightscout) -> None:
    declare(house, nightscout)

    house.load("raw.entries")

    rows = house.rows("raw.entries")
    assert [row["_id"] for row in rows] == [entry["_id"] for entry in nightscout.entries]
    assert rows[0]["device"] == {"name": "synthetic", "battery": 90}


def test_a_limit_of_rate_is_waited_for(house, nightscout) -> None:
    declare(house, nightscout)
    nightscout.too_many = 2

    house.load("raw.entries")

    assert len(house.rows("raw.entries")) == 250


def test_a_second_load_asks_for_what_is_new_only(house, nightscout) -> None:
    declare(house, nightscout)
    house.load("raw.entries")
    last = nightscout.entries[-1]
    nightscout.entries.append({**last, "_id": "f" * 24, "date": last["date"] + 300_000})
    nightscout.asked.clear()

    house.load("raw.entries")

    assert len(house.rows("raw.entries")) == 251
    assert f"since={last['date']}" in nightscout.asked[0]


def test_a_server_that_dies_half_way_publishes_nothing_and_the_next_load_is_whole(
    house, nightscout, monkeypatch
) -> None:
    monkeypatch.setenv("RUNTIME__REQUEST_MAX_ATTEMPTS", "1")
    declare(house, nightscout)
    nightscout.die_at = 200

    problem = house.refuse("raw.entries")
    before = house.tables()
    nightscout.die_at = None
    house.load("raw.entries")

    assert "run it again when the source answers" in problem
    assert before == []
    assert len(house.rows("raw.entries")) == 250


def test_a_server_that_comes_back_is_tried_again_in_the_same_run(
    house, nightscout, monkeypatch
) -> None:
    monkeypatch.setenv("RUNTIME__REQUEST_MAX_ATTEMPTS", "1")
    declare(house, nightscout, retries=2)
    nightscout.die_at = 100
    usual = nightscout.answer

    def answer(query):
        given = usual(query)
        if given[0] == 0:
            nightscout.die_at = None
        return given

    nightscout.answer = answer

    result = house.load("raw.entries")

    assert len(house.rows("raw.entries")) == 250
    assert [e for e in result.all_events if e.event_type_value == "STEP_UP_FOR_RETRY"]
    assert house.branches() == []
