"""dbt as people start it: on the branch of their choice, each model a commit of its own.

`python -m phlo_defs.transform.by_hand build --select my_model` is dbt with phlo's macros, on the
branch that `PHLO_REF` names, or on `dev`. `PHLO_DBT_TARGET` chooses another target of the profile.
"""

import subprocess
import sys
import threading

from phlo.catalog import open_catalog
from phlo.config import load_project
from phlo.errors import NotFound, PhloError, RefNotFound
from phlo.ports import Catalog
from phlo_defs.transform.folder import find_dbt
from phlo_defs.transform.lake import LakeRun
from phlo_defs.transform.shape import Order

_BRANCH = "dev"


class HandRun(LakeRun):
    """A run whose models are committed one by one, for nobody says when it ends."""

    def __init__(self, catalog: Catalog, ref: str) -> None:
        super().__init__(catalog=catalog, stage=None, base=catalog.resolve(ref))
        self._ref = ref
        self._turn = threading.Lock()

    def store(self, order: Order) -> None:
        """Store one model and commit it."""
        with self._turn:
            with self.catalog.stage(self._ref, message=f"dbt {order.node}") as stage:
                self.stage = stage
                super().store(order)
            self.base = self.catalog.resolve(self._ref)


def open_run() -> HandRun:
    """Open the project at hand on the branch `PHLO_REF`, or on `dev`.

    Raises ``RefNotFound`` if there is no such branch.
    """
    project = load_project()
    ref = project.environment.get("PHLO_REF") or _BRANCH
    catalog: Catalog = open_catalog(project)
    if ref not in {known.name for known in catalog.refs()}:
        raise RefNotFound(
            f"there is no branch {ref!r} for dbt to write to",
            fix=f'create it with "phlo branch create {ref}", or name another in PHLO_REF',
        )
    return HandRun(catalog, ref)


def main(arguments: list[str]) -> int:
    """Run dbt with the arguments that were given, and return its exit status."""
    try:
        project = load_project()
        dbt = find_dbt(project)
        if dbt is None:
            raise NotFound(f"{project.root} has no dbt project", fix=f"create {project.dbt}")
        profiles = dbt.profiles_dir(project.state_dir / "cache" / "dbt")
    except PhloError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    places = ["--project-dir", str(dbt.root), "--profiles-dir", str(profiles)]
    places += ["--profile", dbt.profile]
    command = [sys.executable, "-m", "dbt.cli.main", *arguments, *places]
    return subprocess.run(command, env=dbt.environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
