"""The doctor on the project: settings, declarations, files that others read."""

import stat
from collections.abc import Iterator

from phlo.cli.diagnosis.finding import Finding
from phlo.config import Project


def look_at_settings(project: Project) -> Iterator[Finding]:
    """Settings of the process, and how long things are kept."""
    from phlo.config import load_runtime

    yield Finding("project", "ok", f"{project.name} in {project.root}")
    load_runtime(project.root, project.environment)
    kept = project.retention
    yield Finding(
        "retention",
        "ok",
        f"runs {kept.runs_days} d, ticks {kept.events_days} d, snapshots {kept.snapshots_days} d, "
        f"branches of dead runs {kept.branches_days} d",
    )
    file = project.environment.file
    if file is not None and file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield Finding(
            "secrets", "warn", f"{file.name} can be read by others", f"run: chmod 600 {file}"
        )


def look_at_declarations(project: Project) -> Iterator[Finding]:
    """Every declaration file loads."""
    from phlo.declare import load_declarations

    found = load_declarations(project)
    for error in found.errors:
        yield Finding(
            "declarations", "bad", f"{error.file}:{error.line}: {error.problem}", error.fix
        )
    checks = len(found.checks) + sum(len(spec.checks) for spec in found.ingestions)
    text = f"{len(found.ingestions)} tables, {checks} checks"
    yield Finding("declarations", "ok" if not found.errors else "warn", text)


def look_at_dagster(project: Project) -> Iterator[Finding]:
    """Dagster finds the project, and keeps its history in it."""
    for name in ("workspace.yaml", "dagster.yaml"):
        if not (project.root / name).is_file():
            yield Finding(
                "dagster",
                "warn",
                f"{name} is missing, so dagster dev does not find or keep what it needs",
                f'make another project with "phlo init" and copy its {name}',
            )
            return
    history = project.state_dir / "dagster"
    text = f"history in {history}" if history.is_dir() else "no run yet"
    yield Finding("dagster", "ok", text)


def look_at_dbt(project: Project) -> Iterator[Finding]:
    """The dbt project, if there is one."""
    if (project.dbt / "dbt_project.yml").is_file():
        yield Finding("dbt", "ok", f"project in {project.dbt}")
