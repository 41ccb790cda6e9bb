"""The entry of the command line: finds commands by name, translates errors once."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from phlo.cli.colour import styled
from phlo.discovery import Plugin, find_plugins
from phlo.errors import PhloError

_HERE = "phlo.cli.commands"
_COMMANDS = {
    "branch": "List, create, compare, merge and delete branches.",
    "catalog": "Look at tables, their columns and their history.",
    "completion": "Print the completion script of a shell.",
    "config": "Show settings and where they come from.",
    "doctor": "Find what is wrong, and say how to mend it.",
    "init": "Make a new project.",
    "quality": "Look at checks and run them.",
    "query": "Ask the lake in SQL.",
    "tag": "List, create and delete tags.",
    "version": "Show versions.",
}
_EXIT_CODES = """\b
Exit codes:
  0  done
  1  it failed
  2  the input, a setting or a declaration is wrong
  3  there is no such project, ref, table or check
  4  something else is there already, or both sides changed it
  5  the branch is protected
  6  a blocking check failed
  130  interrupted
"""


class LazyGroup(click.Group):
    """A group that knows its commands by name and help, and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, those of other packages too."""
        return sorted({*_COMMANDS, *(plugin.name for plugin in find_plugins("phlo.cli"))})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command, or None if there is none of this name."""
        if cmd_name in _COMMANDS:
            plugin = Plugin("phlo.cli", cmd_name, f"{_HERE}.{cmd_name}:command", "phlo")
        else:
            named = [item for item in find_plugins("phlo.cli") if item.name == cmd_name]
            if not named:
                return super().get_command(ctx, cmd_name)
            plugin = named[0]
        command: click.Command = plugin.load()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write name and help of every command without importing any."""
        others = {item.name: item for item in find_plugins("phlo.cli")}
        rows = [
            (name, _COMMANDS[name] if name in _COMMANDS else others[name].summary())
            for name in self.list_commands(ctx)
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or fail with the nearest name."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise click.UsageError(_unknown(args[0], self.list_commands(ctx)), ctx)
        return super().resolve_command(ctx, args)


def _unknown(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    hint = f"try: phlo {near[0]}" if near else "phlo --help lists the commands"
    return f"there is no command {name!r}; {hint}"


@click.command(
    cls=LazyGroup,
    epilog=_EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--project",
    type=click.Path(path_type=Path),
    help="The project's folder; default: PHLO_PROJECT, or the nearest phlo.yaml upward.",
)
@click.version_option(package_name="phlo", message="phlo %(version)s")
@click.pass_context
def cli(ctx: click.Context, project: Path | None) -> None:
    """A git-like lakehouse in one folder."""
    ctx.obj = {"project": project}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    try:
        outcome: Any = cli.main(
            args=None if arguments is None else list(arguments),
            prog_name="phlo",
            standalone_mode=False,
        )
    except PhloError as error:
        report(error)
        return error.exit_status
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        return 130
    except click.ClickException as error:
        _report_usage(error)
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe went away, which is no failure
        return 0
    except Exception as error:  # noqa: BLE001 - what phlo did not expect has a fix too
        return _report_surprise(error)
    return outcome if isinstance(outcome, int) else 0


def _report_surprise(error: Exception) -> int:
    from phlo.cli.context import masked
    from phlo.config import load_environment
    from phlo.store import disk_full

    if load_environment().get("PHLO_TRACEBACK"):
        raise error
    full = disk_full(error)
    if full is not None:
        report(full)
        return full.exit_status
    click.echo(f"{styled('error:', 'red')} {masked(f'{type(error).__name__}: {error}')}", err=True)
    fix = "set PHLO_TRACEBACK=1 and try again to see where; then report it with what it shows"
    click.echo(f"{styled('fix:', 'green')} {fix}", err=True)
    return 1


def _report_usage(error: click.ClickException) -> None:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "phlo"
    click.echo(f"{styled('error:', 'red')} {error.format_message()}", err=True)
    click.echo(f'{styled("fix:", "green")} "{path} --help" says what it takes', err=True)


def report(error: PhloError) -> None:
    """Write an error and its fix to stderr, secrets masked."""
    from phlo.cli.context import masked

    click.echo(f"{styled('error:', 'red')} {masked(error.problem)}", err=True)
    click.echo(f"{styled('fix:', 'green')} {masked(error.fix)}", err=True)
