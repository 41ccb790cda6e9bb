"""The doctor on the machine: Python, packages, disk."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from phlo.cli.diagnosis.finding import Finding

_LEAST_FREE_GB = 1.0


def look_at_versions() -> Iterator[Finding]:
    """Python and the packages that phlo stands on."""
    from phlo.cli.versions import versions

    found = versions()
    missing = [name for name, number in found.items() if number is None]
    if missing:
        yield Finding(
            "packages", "bad", f"not installed: {', '.join(missing)}", "install phlo again"
        )
    shown = ", ".join(f"{name} {number}" for name, number in found.items() if number)
    yield Finding("packages", "ok", shown)


def look_at_disk(folder: Path) -> Iterator[Finding]:
    """Room on the disk that the project lies on."""
    free_gb = shutil.disk_usage(folder).free / 1e9
    if free_gb < _LEAST_FREE_GB:
        yield Finding("disk", "bad", f"{free_gb:.1f} GB free", "make room; loads need it")
    else:
        yield Finding("disk", "ok", f"{free_gb:.0f} GB free")
