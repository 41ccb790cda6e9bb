"""Whether this process can do its work."""

from typing import Literal

from fastapi import Response

from phlo.errors import PhloError
from phlo_api.schemas.system import Healthz
from phlo_api.state import Api
from phlo_api.versions import version

State = Literal["ok", "failing"]


def healthz(api: Api, response: Response) -> Healthz:
    """Look at the lake and at Dagster; an answer always comes."""
    problems = []
    lake: State = "ok"
    try:
        api.catalog.refs()
    except PhloError as error:
        lake = "failing"
        problems.append(f"lake: {error.problem}")
        response.status_code = 503
    broken = api.dagster.load_error
    if broken:
        problems.append("dagster: the code location could not be loaded")
    return Healthz(
        status="degraded" if problems else "ok",
        version=version(),
        lake=lake,
        dagster="failing" if broken else "ok",
        problems=problems,
    )
