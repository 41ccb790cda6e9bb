"""Run the API in the foreground and start it again when a file changes."""

from pathlib import Path

import click

from phlo.cli.context import open_project, project_option

_GRACE_S = 1
"""How long a start anew waits for open streams, which end only with the page."""


@click.command("dev")
@click.option("--port", type=click.IntRange(1, 65535), help="The port; the setting api.port.")
@click.option("--reload/--no-reload", default=True, help="Start again when a file changes.")
@project_option
def command(port: int | None, reload: bool, project_path: Path | None) -> int:
    """Run the API in the foreground and start it again when a file changes."""
    project = open_project(project_path)
    import uvicorn

    from phlo.config import load_runtime
    from phlo.config.environment import export
    from phlo_api.ports import listen
    from phlo_api.starting import wishes

    settings = load_runtime(project.root, project.environment).api
    chosen = listen(settings.host, wishes(settings, port)[0])
    chosen.socket.close()
    export("PHLO_PROJECT", str(project.root))
    folders = [project.defs, project.dbt, Path(__file__).parents[1]]
    click.echo(f"http://localhost:{chosen.port}/  (Ctrl C stops it)")
    uvicorn.run(
        "phlo_api.serve:build",
        factory=True,
        host=settings.host,
        port=chosen.port,
        reload=reload,
        reload_dirs=[str(folder) for folder in folders if folder.is_dir()],
        log_level="info",
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
    )
    return 0
