"""The OpenAPI document: every operation says how it fails, and the file is committed."""

import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from phlo_api.problems import MEDIA_TYPE
from phlo_api.schemas.common import Problem

FILE = Path(__file__).with_name("openapi.json")
_FAILURES = {
    "401": "No key, or a wrong one.",
    "403": "It is protected, or another site asked.",
    "404": "A name is not known; `fix` holds the nearest ones.",
    "409": "Something moved in between, or is there already.",
    "413": "A bound was hit.",
    "422": "A value does not mean anything here.",
    "default": "Anything else that failed.",
}


def document(app: FastAPI) -> dict[str, Any]:
    """Build the OpenAPI document of an application."""
    found = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    found["components"]["schemas"] = dict(sorted(schemas.items()))
    found["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
    }
    found["security"] = [{"bearer": []}, {}]
    schema = {"$ref": "#/components/schemas/Problem"}
    found["components"]["responses"] = {
        f"Problem{status.capitalize()}": {
            "description": text,
            "content": {MEDIA_TYPE: {"schema": schema}},
        }
        for status, text in _FAILURES.items()
    }
    for operations in found["paths"].values():
        for operation in operations.values():
            _say_how(operation["responses"])
    return found


def _say_how(responses: dict[str, Any]) -> None:
    """Add the failures, and give the events of a stream to the stream alone."""
    content = responses.get("200", {}).get("content", {})
    if "text/event-stream" in content:
        content["text/event-stream"] = content.pop("application/json")
    for status in _FAILURES:
        responses[status] = {"$ref": f"#/components/responses/Problem{status.capitalize()}"}


def install(app: FastAPI) -> None:
    """Serve this document as the application's own."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def render(found: dict[str, Any]) -> str:
    """Return the document as it is committed."""
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"
