"""Writes the committed OpenAPI document again: ``python -m phlo_api.write_openapi``."""

from phlo_api.app import create_router_app
from phlo_api.openapi import FILE, render


def main() -> None:
    """Write the document."""
    FILE.write_text(render(create_router_app().openapi()), encoding="utf-8")


if __name__ == "__main__":
    main()
