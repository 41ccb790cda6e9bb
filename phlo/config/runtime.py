"""How a process runs: `lakehouse.toml`, below `.env` and the environment."""

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from phlo.config._document import Located, read_toml
from phlo.config._fields import Reader
from phlo.config._schema import schema_of
from phlo.config.environment import Environment, load_environment
from phlo.model import Json

RUNTIME_FILE = "lakehouse.toml"


def _setting(text: str, default: Json, **extra: object) -> Json:
    return field(default=default, metadata={"help": text, **extra})


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """DuckDB inside the processes that load and check; 0 leaves the choice to phlo."""

    memory_mb: int = _setting("Memory of one session.", 0, least=0)
    threads: int = _setting("Threads of one session.", 0, least=0)


@dataclass(frozen=True, slots=True)
class QuerySettings:
    """The bounds of ad hoc SQL."""

    workers: int = _setting("Warm worker processes.", 2, least=1)
    max_rows: int = _setting("Rows of one answer.", 1_000_000, least=1)
    max_bytes: int = _setting("Bytes of one answer.", 268_435_456, least=1)
    timeout_s: float = _setting("Seconds of wall time.", 60.0, least=0.1)
    memory_mb: int = _setting("Memory of one worker.", 1_024, least=64)


@dataclass(frozen=True, slots=True)
class LoadSettings:
    """How loads run."""

    batch_rows: int = _setting("Rows handed on at once.", 100_000, least=1)
    retries: int = _setting("Tries after a transient failure.", 2, least=0)


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Where the HTTP API listens, and what it lets in."""

    host: str = _setting("The address it listens on; beyond loopback a key is needed.", "127.0.0.1")
    port: int = _setting("The port of the API.", 4000, least=1)
    observatory_port: int = _setting("The port of Observatory.", 3001, least=1)
    gateway_port: int = _setting("The port of the gateway.", 3100, least=1)
    key: str = _setting("What a bearer must carry; empty asks for none on loopback.", "")
    hosts: str = _setting("Names, comma between, that requests may call this machine.", "")
    base_path: str = _setting("Where a proxy serves it, such as /phlo.", "")
    timeout_s: float = _setting("Seconds that one answer may take.", 30.0, least=1)
    max_body_bytes: int = _setting("Bytes of one request.", 1_048_576, least=1_024)


@dataclass(frozen=True, slots=True)
class Runtime:
    """The sections of `lakehouse.toml`; each value has a default."""

    engine: EngineSettings = field(
        default_factory=EngineSettings, metadata={"help": "DuckDB in loads and checks."}
    )
    query: QuerySettings = field(
        default_factory=QuerySettings, metadata={"help": "The bounds of ad hoc SQL."}
    )
    load: LoadSettings = field(default_factory=LoadSettings, metadata={"help": "How loads run."})
    api: ApiSettings = field(
        default_factory=ApiSettings, metadata={"help": "Where the HTTP API listens."}
    )


def load_runtime(root: Path, environment: Environment | None = None) -> Runtime:
    """Load the settings of a process for the project in this folder.

    ``PHLO_QUERY_TIMEOUT_S=5`` overrides ``timeout_s`` of section ``query``, and so on.
    Raises ``ConfigError`` with file, line and fix if a setting is wrong.
    """
    file = root / RUNTIME_FILE
    document = read_toml(file) if file.is_file() else Located({}, 1)
    return Reader(file, environment or load_environment(root), "PHLO").build(Runtime, document)


def runtime_schema() -> dict[str, Any]:
    """Return the JSON schema of `lakehouse.toml`."""
    return schema_of(Runtime, title=RUNTIME_FILE)


def as_dict(settings: Runtime) -> dict[str, Any]:
    """Return settings as plain values, for people and JSON."""
    return dataclasses.asdict(settings)
