"""Words and shapes that several families share."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Wire(BaseModel):
    """A value that goes over HTTP."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_serialization_defaults_required=True
    )


class Asked(Wire):
    """A body that somebody sends: 0 is no `false` and "5" no number, as the document says."""

    model_config = ConfigDict(strict=True)


TableName = Annotated[
    str,
    Field(
        description="Namespace and name, with a dot.",
        examples=["raw.flights"],
        min_length=3,
        max_length=300,
    ),
]
AssetName = Annotated[
    str,
    Field(description="The parts of the asset key, with dots.", examples=["raw.flights"]),
]
CheckName = Annotated[str, Field(description="A check.", examples=["not_null_origin"])]
ColumnName = Annotated[str, Field(description="A column.", examples=["distance"])]
RefName = Annotated[str, Field(description="A branch or tag.", examples=["main"])]
RefText = Annotated[
    str,
    Field(
        description="A branch, tag, commit id, `name@commit` or `name@time`.",
        examples=["main", "dev/late-fees", "main@2026-01-31T00:00:00Z"],
        max_length=300,
    ),
]
CommitId = Annotated[str, Field(description="A commit.", examples=["3f6c1b9a7d20"])]
RunId = Annotated[
    str, Field(description="A run.", examples=["6f1c6f0e-8a3b-4b19-9a43-0a4b8f1d2c3e"])
]
SnapshotId = Annotated[
    str,
    Field(
        description="A snapshot; text, since it does not fit a number of JavaScript.",
        examples=["5781947118336215154"],
    ),
]
Time = Annotated[datetime, Field(description="UTC.", examples=["2026-01-31T05:00:12.345Z"])]
NextCursor = Annotated[
    str | None,
    Field(description="Give it as `cursor` for the next page; null on the last one."),
]
JsonValue = Any

RunStatus = Literal[
    "queued",
    "not_started",
    "managed",
    "starting",
    "started",
    "success",
    "failure",
    "canceling",
    "canceled",
]
CheckStatus = Literal["passed", "failed", "warned", "error", "running", "skipped", "unknown"]
Health = Literal["ok", "warn", "fail", "running", "unknown"]
Severity = Literal["error", "warn"]


class Problem(Wire):
    """Why a request was refused, and what to do next (RFC 9457)."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "table 'raw.flihgts' is not known on ref 'main'",
                    "code": "table-not-found",
                    "fix": "use one of: raw.flights",
                    "instance": "/api/iceberg/tables/raw.flihgts",
                }
            ]
        },
    )

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    fix: str
    instance: str
    errors: list[dict[str, JsonValue]] | None = Field(
        default=None, description="Each value that was refused, where there are several."
    )


class Column(Wire):
    """A column of a table or of an answer."""

    name: ColumnName
    type: str = Field(examples=["timestamptz"])
    required: bool = False
    doc: str = ""
    field_id: int | None = None


class Done(Wire):
    """What was done, in a sentence."""

    done: str = Field(examples=["branch 'dev/late-fees' is deleted"])
