"""Clean up after processes that died: tell what they merged, drop what they left (R21)."""

import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg

from phlo.catalog.contents import content_token
from phlo.config.processes import birth_of
from phlo.errors import Conflict, NotFound
from phlo.model import Ref
from phlo.ports import Catalog
from phlo_defs.publish.attempt import run_of
from phlo_defs.publish.reconcile import tell_late, untold

PROCESS = "phlo/process"
_UNKNOWN_RUN = timedelta(days=1)
_ACTIVE = (
    dg.DagsterRunStatus.NOT_STARTED,  # a process can die between the row of its run and its start
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.CANCELING,
)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a round of the janitor did."""

    told: tuple[int, ...] = ()
    dropped: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    failed_runs: tuple[str, ...] = ()


def clean(
    instance: dg.DagsterInstance,
    catalog: Catalog,
    *,
    keep: timedelta,
    run: str | None = None,
    now: datetime | None = None,
) -> Cleaned:
    """Bring Dagster up to date with the log and delete the branches of ended attempts.

    A branch whose checks failed is kept for a look, until it is older than ``keep`` (zero keeps it
    for ever). Branches of runs that still go on are not touched. ``run`` narrows it to one run.
    """
    failed = tuple(fail_dead_runs(instance))
    told = tuple(_tell(instance, catalog, run))
    moment = now or datetime.now(UTC)
    dropped, kept = [], []
    for ref in list(catalog.refs()):
        owner = run_of(ref.name)
        if owner is None or (run is not None and owner != run):
            continue
        if not _has_ended(instance, owner, ref, moment):
            continue
        if _failed_checks(catalog, ref) and not _is_old(ref, moment, keep):
            kept.append(ref.name)
            continue
        with suppress(NotFound, Conflict):
            catalog.delete_ref(ref.name, incarnation=ref.incarnation)
            dropped.append(ref.name)
    return Cleaned(told, tuple(dropped), tuple(kept), failed)


def _tell(instance: dg.DagsterInstance, catalog: Catalog, run: str | None) -> Iterator[int]:
    assets = {name for found in catalog.publications() for name in found.payload.get("assets", ())}
    for publication in untold(instance, catalog, assets, run=run):
        made_by = publication.payload["run"]
        known = instance.get_run_by_id(made_by)
        if known is None or known.is_finished:
            catalog.sync()  # an event must not outlive the entry that it tells of
            tell_late(instance, publication)
            yield publication.number


def _has_ended(instance: dg.DagsterInstance, run: str, ref: Ref, now: datetime) -> bool:
    known = instance.get_run_by_id(run)
    if known is not None:
        return known.is_finished
    return ref.created_at is not None and now - ref.created_at > _UNKNOWN_RUN


def _failed_checks(catalog: Catalog, ref: Ref) -> bool:
    try:
        contents = catalog.contents(ref.name)
    except NotFound:
        return False
    for key, content in contents.items():
        token = content_token(content) if not key[0].startswith("$") else None
        known = catalog.evidence(token) if token else None
        if known is not None and known.failed:
            return True
    return False


def _is_old(ref: Ref, now: datetime, keep: timedelta) -> bool:
    return bool(keep) and ref.created_at is not None and now - ref.created_at > keep


def process_tag() -> str:
    """Return what tells this process from every other: host, pid and when it began."""
    return f"{socket.gethostname()}/{os.getpid()}/{birth_of(os.getpid())}"


def fail_dead_runs(instance: dg.DagsterInstance) -> Iterator[str]:
    """Fail the runs whose process, started from a shell on this machine, is gone."""
    active = instance.get_runs(dg.RunsFilter(statuses=list(_ACTIVE)))
    for run in active:
        owner = run.tags.get(PROCESS)
        if owner is None or not _is_gone(owner):
            continue
        instance.report_run_failed(run, f"its process is gone ({owner})")
        yield run.run_id


def _is_gone(owner: str) -> bool:
    host, _, rest = owner.partition("/")
    pid, _, began = rest.partition("/")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return str(birth_of(int(pid))) != began
