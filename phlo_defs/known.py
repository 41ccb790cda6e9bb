"""What the code location was last built of, kept for commands that must not wait for Dagster."""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from phlo.config import Project
from phlo.declare import load_declarations

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class KnownAsset:
    """A table of the project, as far as `phlo status` shows it."""

    table: str
    group: str = ""
    partitions: str = ""
    freshness_s: float | None = None
    schedule: str | None = None
    checks: int = 0


def remember(project: Project, assets: Iterable[KnownAsset]) -> None:
    """Keep the assets until a file of the project changes; failing to is no failure."""
    content = {
        "v": _FORMAT,
        "of": _fingerprint(project),
        "assets": [asdict(asset) for asset in assets],
    }
    file = _file(project)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_suffix(".tmp")
        temporary.write_text(json.dumps(content), encoding="utf-8")
        temporary.replace(file)


def known_assets(project: Project) -> list[KnownAsset]:
    """Return the assets of the project; its files are read if they have changed since."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        content = json.loads(_file(project).read_text(encoding="utf-8"))
        if content["v"] == _FORMAT and content["of"] == _fingerprint(project):
            return [KnownAsset(**fields) for fields in content["assets"]]
    declarations = load_declarations(project)
    return [
        KnownAsset(
            table=spec.table,
            group=spec.group or spec.asset_key[0],
            partitions=spec.partition.kind if spec.partition else "",
            freshness_s=spec.freshness.total_seconds() if spec.freshness else None,
            schedule=spec.schedule,
            checks=len(spec.checks),
        )
        for spec in declarations.ingestions
    ]


def _file(project: Project) -> Path:
    return project.state_dir / "cache" / "assets.json"


def _fingerprint(project: Project) -> str:
    digest = hashlib.sha256()
    files = [project.file, *sorted(project.defs.rglob("*.py"))]
    files += [*sorted(project.dbt.glob("models/**/*.*")), project.dbt / "dbt_project.yml"]
    for file in files:
        with suppress(OSError):
            stat = file.stat()
            digest.update(f"{file}\0{stat.st_mtime_ns}\0{stat.st_size}\n".encode())
    return digest.hexdigest()
