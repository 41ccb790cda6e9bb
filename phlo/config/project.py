"""What a project is: `phlo.yaml`, below `.env` and the environment."""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from phlo.config._document import Located, read_yaml
from phlo.config._fields import Reader
from phlo.config._schema import schema_of
from phlo.config.environment import Environment, load_environment, user_name
from phlo.errors import ConfigError, NotFound
from phlo.model import Json

PROJECT_FILE = "phlo.yaml"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")


def _setting(text: str, default: Json = dataclasses.MISSING, **extra: object) -> Json:
    return field(default=default, metadata={"help": text, **extra})


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept, in days; 0 keeps them for ever."""

    runs_days: int = _setting("Finished runs of Dagster.", 90, least=0)
    events_days: int = _setting("Ticks of schedules and sensors.", 14, least=0)
    snapshots_days: int = _setting("Snapshots that no ref needs.", 30, least=0)
    branches_days: int = _setting("Branches that failed or dead runs left.", 7, least=0)


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """The keys of `phlo.yaml`; a name is enough."""

    name: str = _setting("The name of the project: letters, digits, - and _.")
    description: str = _setting("One sentence about the project.", "")
    lake: str = _setting("The lake: a folder, or s3://bucket/prefix.", ".phlo/lake")
    catalog: str = _setting("The catalog in use.", "log", choices=("log",))
    engine: str = _setting("The query engine in use.", "duckdb", choices=("duckdb",))
    marts: str = _setting("The DuckDB file that marts are published to.", ".phlo/marts.duckdb")
    defs: str = _setting("The folder that holds the declarations.", "defs")
    dbt: str = _setting("The folder of the dbt project, if there is one.", "dbt_project")
    timezone: str = _setting("The zone of schedules and partitions that name none.", "UTC")
    author: str = _setting("Who commits; empty means the operating system's user.", "")
    retention: Retention = field(
        default_factory=Retention, metadata={"help": "How long things are kept."}
    )
    settings: Mapping[str, Any] = field(
        default_factory=dict, metadata={"help": "Values of your own, as `project.settings`."}
    )


@dataclass(frozen=True, slots=True)
class Project:
    """A project, resolved: paths are absolute, variables are filled in.

    ``lake`` is an address (``file:///…``, ``s3://…``, ``memory://…``).
    """

    name: str
    description: str
    root: Path
    lake: str
    catalog: str
    engine: str
    marts: Path
    defs: Path
    dbt: Path
    timezone: str
    author: str
    retention: Retention
    settings: Mapping[str, Any]
    environment: Environment = field(repr=False, compare=False)

    @property
    def file(self) -> Path:
        """The project file."""
        return self.root / PROJECT_FILE

    @property
    def state_dir(self) -> Path:
        """The folder of all state that is not the user's."""
        return self.root / ".phlo"


def find_project_root(start: Path | None = None, environment: Environment | None = None) -> Path:
    """Find the project: the given folder, ``PHLO_PROJECT``, or the nearest `phlo.yaml` upward.

    Raises ``NotFound`` if there is none.
    """
    named = start or _named_root(environment or load_environment())
    if named is not None:
        folder = named.expanduser().resolve()
        folder = folder.parent if folder.name == PROJECT_FILE else folder
        if not (folder / PROJECT_FILE).is_file():
            raise NotFound(
                f"{folder} is no phlo project: it has no {PROJECT_FILE}",
                fix=f'create one with "phlo init {folder}", or name another folder with --project',
            )
        return folder
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    raise NotFound(
        f"no {PROJECT_FILE} here or in a folder above {here}",
        fix='create a project with "phlo init", or name one with --project or PHLO_PROJECT',
    )


def _named_root(environment: Environment) -> Path | None:
    named = environment.get("PHLO_PROJECT")
    return Path(named) if named else None


def load_project(path: Path | None = None) -> Project:
    """Load a project. ``path`` is its folder or file; None looks for it.

    Raises ``NotFound`` if there is no project and ``ConfigError`` with file, line and fix if a
    setting is wrong.
    """
    root = find_project_root(path)
    environment = load_environment(root)
    file = root / PROJECT_FILE
    document = read_yaml(file)
    settings = Reader(file, environment, "PHLO").build(ProjectFile, document)
    _check_name(file, settings.name, document)
    _check_timezone(file, settings.timezone, document)
    return Project(
        name=settings.name,
        description=settings.description,
        root=root,
        lake=_lake_address(root, settings.lake),
        catalog=settings.catalog,
        engine=settings.engine,
        marts=_path(root, settings.marts),
        defs=_path(root, settings.defs),
        dbt=_path(root, settings.dbt),
        timezone=settings.timezone,
        author=settings.author or user_name(),
        retention=settings.retention,
        settings=settings.settings,
        environment=environment,
    )


def project_schema() -> dict[str, Any]:
    """Return the JSON schema of `phlo.yaml`."""
    return schema_of(ProjectFile, title=PROJECT_FILE)


def _path(root: Path, text: str) -> Path:
    return (root / Path(text).expanduser()).resolve()


def _lake_address(root: Path, text: str) -> str:
    return text if "://" in text else f"file://{_path(root, text).as_posix()}"


def _line_of(document: Located, key: str) -> int:
    item = document.value.get(key)
    return item.line if item else 1


def _check_name(file: Path, name: str, document: Located) -> None:
    if not _NAME.match(name):
        better = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-0123456789") or "lakehouse"
        raise ConfigError(
            f"{file}:{_line_of(document, 'name')}: {name!r} is not a project name",
            fix=f"use letters, digits, - and _, for example {better}",
        )


def _check_timezone(file: Path, name: str, document: Located) -> None:
    from phlo.config.timezones import find_timezone

    problem = find_timezone(name)
    if isinstance(problem, str):
        line = _line_of(document, "timezone")
        raise ConfigError(f"{file}:{line}: {name!r} is not a time zone", fix=problem)
