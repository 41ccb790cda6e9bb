"""The application of a copy of the demo, in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import phlo_defs
from phlo.config import Project
from phlo.ports import Catalog
from phlo_api.app import Application, create_app
from phlo_api.dagster_reads import process_context
from phlo_api.location import open_instance

DEFINITIONS = Path(phlo_defs.__file__).with_name("definitions.py")


@contextmanager
def application(project: Project, catalog: Catalog) -> Iterator[Application]:
    """Yield the application; what it launches waits in Dagster's queue, as no daemon runs.

    The code location is loaded from its file: as a module, a process has it once, for one project.
    """
    instance = open_instance(project)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PHLO_PROJECT", str(project.root))
        context = process_context(instance, project.root, file=DEFINITIONS)
    app = create_app(project, catalog=catalog, context=context, static=project.root / "static")
    try:
        yield app
    finally:
        app.api.live.close()
        app.api.queries.close()
        context.__exit__(None, None, None)
        instance.dispose()
