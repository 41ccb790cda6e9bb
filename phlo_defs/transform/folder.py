"""The dbt project of a phlo project: where it is, what it is made of, and how dbt is started."""

import hashlib
import importlib.metadata
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import yaml

from phlo.config import Project
from phlo.config.environment import variables
from phlo.errors import ConfigError

MACROS = Path(__file__).parent / "macros"
_PACKAGES = Path(__file__).parents[2]
PROJECT_FILE = "dbt_project.yml"
PLUGIN = "phlo_defs.transform.plugin"
_MADE_BY_DBT = frozenset({"target", "logs"})
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class DbtFolder:
    """A folder with a `dbt_project.yml`; ``profile`` is the name of the profile it asks for."""

    name: str
    root: Path
    project_root: Path
    profile: str

    def to_text(self) -> str:
        """Return the folder as text, for another process."""
        return json.dumps([self.name, str(self.root), str(self.project_root), self.profile])

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Undo ``to_text``."""
        name, root, project_root, profile = json.loads(text)
        return cls(name, Path(root), Path(project_root), profile)

    @property
    def target(self) -> Path:
        """Where phlo keeps what dbt parsed, one folder for each state of the sources."""
        return self.root / "target" / "phlo"

    @property
    def log(self) -> Path:
        """Where what dbt says of its runs goes."""
        return self.project_root / ".phlo" / "run" / "dbt.log"

    def environment(self) -> dict[str, str]:
        """Return the environment of a dbt process of this folder, with this very phlo."""
        own = variables()
        paths = [str(_PACKAGES), *filter(None, [own.get("PYTHONPATH")])]
        return {
            **own,
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTHONSAFEPATH": "1",
            "PHLO_PROJECT": str(self.project_root),
            "PHLO_DBT_MACROS": str(MACROS),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DO_NOT_TRACK": "1",
        }

    def profiles_dir(self, scratch: Path) -> Path:
        """Return the folder of `profiles.yml`: the project's own, or one written to ``scratch``."""
        if (self.root / "profiles.yml").is_file():
            return self.root
        scratch.mkdir(parents=True, exist_ok=True)
        (scratch / "profiles.yml").write_text(
            json.dumps(default_profile(self.profile)), encoding="utf-8"
        )
        return scratch

    def sources(self) -> list[Path]:
        """Return every file that decides what dbt would parse, in a stable order."""
        own = (
            path
            for path in self.root.rglob("*")
            if path.is_file() and not _is_made(path.relative_to(self.root))
        )
        return sorted(own) + sorted(MACROS.glob("*.sql"))

    def fingerprint(self) -> str:
        """Return a digest of the sources, of the versions of dbt and of the folder's place."""
        digest = hashlib.sha256(f"{_FORMAT} {self.root} {_versions()}".encode())
        for path in self.sources():
            digest.update(f"\0{path}\0".encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()[:32]


def find_dbt(project: Project) -> DbtFolder | None:
    """Return the dbt project of a phlo project, or None.

    Raises ``ConfigError`` if its `dbt_project.yml` cannot be read.
    """
    file = project.dbt / PROJECT_FILE
    if not file.is_file():
        return None
    try:
        settings = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ConfigError(f"{file}: this is not YAML: {error}", fix="correct the line") from error
    if not isinstance(settings, dict) or not isinstance(settings.get("name"), str):
        raise ConfigError(f"{file}: it has no name", fix='add a line such as "name: flights"')
    profile = settings.get("profile") or settings["name"]
    return DbtFolder(settings["name"], project.dbt, project.root, str(profile))


def default_profile(name: str) -> dict[str, object]:
    """Return the profile that a dbt project needs to run on phlo's lake."""
    output = {
        "type": "duckdb",
        "path": ":memory:",
        "schema": "staging",
        "threads": 2,
        "settings": {"TimeZone": "UTC"},
        "plugins": [{"module": PLUGIN, "alias": "phlo"}],
    }
    return {name: {"target": "duckdb", "outputs": {"duckdb": output}}}


def _is_made(path: Path) -> bool:
    return path.parts[0] in _MADE_BY_DBT or any(part.startswith(".") for part in path.parts)


def _versions() -> str:
    return " ".join(importlib.metadata.version(name) for name in ("dbt-core", "dbt-duckdb"))
