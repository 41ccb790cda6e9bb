"""Schedules, sensors, backfills and the daemon."""

from functools import cached_property

from dagster._core.scheduler.instigation import TickStatus

from phlo_api import dagster_facts as facts
from phlo_api.dagster_columns import Kept
from phlo_api.dagster_reads.location import LocationReads
from phlo_api.dagster_shapes import backfill_of, daemon_of, instigator_of, tick_of
from phlo_api.errors import BackfillNotFound, ScheduleNotFound


class AutomationReads(LocationReads):
    """Reads of what runs by itself."""

    def instigators(self, *kinds: facts.InstigatorKind) -> list[facts.InstigatorFacts]:
        """Return the schedules or sensors, or both, with their last ticks, by name."""
        if self.load_error:
            return []
        repository = self._repository
        get = {"schedule": repository.get_schedules, "sensor": repository.get_sensors}
        found = [(kind, item) for kind in kinds for item in get[kind]()]
        states = {s.selector_id: s for s in self.instance.all_instigator_state()}
        ids = [item.selector_id for _, item in found]
        ticks = self.instance.get_batch_ticks(ids, limit=1) if ids else {}
        items = [
            instigator_of(
                kind, item, states.get(item.selector_id), ticks.get(item.selector_id) or ()
            )
            for kind, item in found
        ]
        return sorted(items, key=lambda item: item.name)

    @cached_property
    def _failing(self) -> Kept[str, list[facts.InstigatorFacts]]:
        return Kept()

    def failing(self) -> list[facts.InstigatorFacts]:
        """Return what failed at its last tick; read again only after another tick."""
        found = self._failing.get({"now": self.columns.newest_tick()}, self._read_failing)
        return found.get("now", [])

    def _read_failing(self, names: list[str]) -> dict[str, list[facts.InstigatorFacts]]:
        every = self.instigators("schedule", "sensor")
        failing = [one for one in every if one.last and one.last.status == "failure"]
        return dict.fromkeys(names, failing)

    def instigator(self, kind: facts.InstigatorKind, name: str) -> facts.InstigatorFacts:
        """Return a schedule or sensor. Raises ``ScheduleNotFound``."""
        found = {item.name: item for item in self.instigators(kind)}
        if name not in found:
            raise ScheduleNotFound.named(name, known=found)
        return found[name]

    def ticks(
        self, one: facts.InstigatorFacts, status: str | None, before: float | None, limit: int
    ) -> list[facts.TickFacts]:
        """Return the ticks of a schedule or sensor, newest first."""
        statuses = [TickStatus(status.upper())] if status else None
        found = self.instance.get_ticks(
            one.origin_id, one.selector_id, before=before, limit=limit, statuses=statuses
        )
        return [tick_of(tick) for tick in found]

    def backfills(self, before: str | None, limit: int) -> list[facts.BackfillFacts]:
        """Return backfills, newest first."""
        return [backfill_of(b) for b in self.instance.get_backfills(cursor=before, limit=limit)]

    def backfill(self, backfill_id: str) -> facts.BackfillFacts:
        """Return a backfill. Raises ``BackfillNotFound``."""
        found = self.instance.get_backfill(backfill_id)
        if found is None:
            known = [b.backfill_id for b in self.instance.get_backfills(limit=100)]
            raise BackfillNotFound.named(backfill_id, known=known)
        return backfill_of(found)

    def daemons(self) -> list[facts.DaemonFacts]:
        """Return the parts of the daemon and when they were seen."""
        return [daemon_of(status) for status in self.instance.get_daemon_statuses().values()]
