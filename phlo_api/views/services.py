"""What runs in this process and on this machine."""

import os
import resource
import sys
from importlib.metadata import version as installed
from pathlib import Path

from phlo_api.errors import ServiceNotFound
from phlo_api.processes import Pidfile
from phlo_api.schemas import system as wire
from phlo_api.state import Api
from phlo_api.versions import version
from phlo_api.views import daemon


def list_all(api: Api) -> wire.ServiceList:
    """Return all services."""
    return wire.ServiceList(items=[_api(api), _catalog(api), _engine(api), _ui(), _daemon(api)])


def get(api: Api, name: str) -> wire.Service:
    """Return one service. Raises ``ServiceNotFound``."""
    found = {service.name: service for service in list_all(api).items}
    if name not in found:
        raise ServiceNotFound.named(name, known=found)
    return found[name]


def _service(name: str, title: str, description: str, **more: object) -> wire.Service:
    empty = {
        "state": "unknown",
        "where": "process",
        "pid": os.getpid(),
        "addresses": [],
        "started_at": None,
        "memory_bytes": None,
        "version": None,
        "detail": "",
        "fix": None,
    }
    fields = {"name": name, "title": title, "description": description}
    return wire.Service.model_validate({**empty, **fields, **more})


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _api(api: Api) -> wire.Service:
    known = Pidfile(api.project.state_dir / "run", "phlo-api").read()
    mine = known if known is not None and known.pid == os.getpid() else None
    return _service(
        "phlo-api",
        "HTTP API",
        "Answers everything that Observatory shows.",
        state="running",
        addresses=list(mine.addresses) if mine else [],
        started_at=api.started_at,
        memory_bytes=memory_of(os.getpid()),
        version=version(),
    )


def _catalog(api: Api) -> wire.Service:
    return _service(
        "catalog",
        "Catalog",
        "Git over all tables, in the lake itself; no server.",
        state="running",
        addresses=[api.project.environment.mask(api.store.root)],
        detail=_count(len(api.catalog.refs()), "ref"),
        version=version(),
    )


def _engine(api: Api) -> wire.Service:
    import duckdb

    limits = api.runtime.query
    running = sum(1 for entry in api.queries.all() if entry.state == "running")
    return _service(
        "query-engine",
        "Query engine",
        "DuckDB in worker processes behind a guard.",
        state="running",
        version=duckdb.__version__,
        detail=f"{_count(limits.workers, 'worker')}, {_count(running, 'query', 'queries')} running",
    )


def _ui() -> wire.Service:
    return _service(
        "dagster-ui",
        "Dagster UI",
        "Dagster's own page, in this process.",
        state="running",
        addresses=["/dagster/"],
        version=installed("dagster-webserver"),
    )


def _daemon(api: Api) -> wire.Service:
    found = daemon.standing(api)
    process = found.process
    errors = [e for d in api.dagster.daemons() for e in d.errors]
    return _service(
        "dagster-daemon",
        "Dagster daemon",
        "Schedules, sensors and the queue of runs.",
        where="machine",
        state=found.state,
        pid=process.pid if process else None,
        memory_bytes=memory_of(process.pid) if process else None,
        started_at=process.started_at if process else None,
        version=installed("dagster"),
        detail=errors[0] if errors else "",
        fix=found.fix,
    )


def memory_of(pid: int) -> int | None:
    """Return the resident memory of a process, or None where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        if pid != os.getpid():
            return None
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
    return pages * os.sysconf("SC_PAGE_SIZE")
