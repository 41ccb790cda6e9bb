"""The process, its settings and who may use it."""

from typing import Literal

from pydantic import Field

from phlo_api.schemas.common import Asked, JsonValue, Time, Wire


class Service(Wire):
    """Something that runs, or should, in this process or on this machine."""

    name: str = Field(examples=["phlo-api"])
    title: str
    description: str
    state: Literal["running", "stopped", "failing", "unknown"]
    where: Literal["process", "machine"]
    pid: int | None
    addresses: list[str]
    started_at: Time | None
    memory_bytes: int | None
    version: str | None
    detail: str
    fix: str | None


class ServiceList(Wire):
    """All services."""

    items: list[Service]


class Plugin(Wire):
    """A package that adds something to phlo."""

    name: str
    group: str = Field(examples=["phlo.cli"])
    value: str
    package: str | None
    version: str | None
    loaded: bool | None = Field(description="Null: it was not needed yet.")
    problem: str | None


class PluginList(Wire):
    """All plugins that are installed."""

    items: list[Plugin]


class Setting(Wire):
    """One setting: its value, and where it came from."""

    name: str = Field(examples=["query.timeout_s"])
    value: JsonValue
    default: JsonValue
    description: str
    file: Literal["phlo.yaml", "lakehouse.toml"]
    set: bool = Field(description="Whether its file or a variable gives it.")


class Settings(Wire):
    """All settings with the schemas of their files; secrets are masked."""

    items: list[Setting]
    schemas: dict[str, JsonValue] = Field(description="JSON schema by file.")


class Config(Wire):
    """The project as it was resolved; secrets are masked."""

    project: dict[str, JsonValue]
    runtime: dict[str, JsonValue]


class CacheEntry(Wire):
    """One cache of this process."""

    name: str
    description: str
    entries: int
    limit: int | None
    hits: int
    misses: int


class CacheStats(Wire):
    """All caches of this process."""

    items: list[CacheEntry]


class WhoAmI(Wire):
    """Who is asking."""

    name: str
    verified: bool = Field(description="Whether a key said so, or only the operating system.")
    required: bool = Field(description="Whether a key is needed at all.")
    method: Literal["none", "bearer", "session"]


class SignIn(Asked):
    """A key to sign in with."""

    key: str = Field(min_length=1, max_length=1000)


class Healthz(Wire):
    """Whether this process can do its work."""

    status: Literal["ok", "degraded"]
    version: str
    lake: Literal["ok", "failing"]
    dagster: Literal["ok", "failing"]
    problems: list[str]
