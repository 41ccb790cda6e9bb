"""What dbt parsed: built once for each state of the sources, and read without importing dbt.

`python -m phlo_defs.transform.manifest` builds it if it is stale.
"""

import json
import logging
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phlo.config import Project
from phlo.errors import DeclarationError
from phlo_defs.transform.folder import PROJECT_FILE, DbtFolder, find_dbt

_log = logging.getLogger("phlo.dbt")
_KEPT = 2
_STORING = "phlo_store"
_PLACE = "place"
_MISSED = 'fix the file, then look again with "python -m phlo_defs.transform.manifest"'


@dataclass(frozen=True, slots=True)
class Manifest:
    """A parsed dbt project on disk; ``packed`` is dbt's own form of it, for the worker."""

    folder: Path

    @property
    def packed(self) -> Path:
        """The manifest as dbt loads it fastest."""
        return self.folder / "partial_parse.msgpack"

    def read(self) -> dict[str, Any]:
        """Read the manifest as dbt documents it (schema v12)."""
        text = (self.folder / "manifest.json").read_bytes()
        loaded: dict[str, Any] = json.loads(text)
        return loaded


def fresh_manifest(dbt: DbtFolder) -> Manifest | None:
    """Return the manifest of exactly these sources, or None if it must be built."""
    manifest = Manifest(dbt.target / dbt.fingerprint())
    return manifest if manifest.folder.is_dir() else None


def ensure_manifest(dbt: DbtFolder) -> Manifest:
    """Return the manifest of these sources; build it first, and say so, if it is stale.

    Raises ``DeclarationError`` with dbt's own words if the project cannot be parsed.
    """
    manifest = fresh_manifest(dbt)
    if manifest is not None:
        return manifest
    _log.warning("the dbt manifest of %s is stale; building it", dbt.root)
    began = time.monotonic()
    command = [sys.executable, "-m", __spec__.name if __spec__ else __name__]
    done = subprocess.run(
        command, env=dbt.environment(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        problem = done.stderr.strip().partition("\nfix: ")[0]
        raise DeclarationError(problem or f"{dbt.root}: dbt could not parse it", fix=_MISSED)
    _log.warning("built the dbt manifest in %.1f s", time.monotonic() - began)
    manifest = fresh_manifest(dbt)
    if manifest is None:
        raise DeclarationError(
            f"{dbt.root} changed while dbt was parsing it", fix="load the code location again"
        )
    return manifest


def prepare(project: Project, tell: Callable[[str], None]) -> None:
    """Build the manifest of a project's models if it has none; a plugin of ``phlo.init``.

    Raises ``DeclarationError`` with dbt's own words if the models cannot be parsed.
    """
    dbt = find_dbt(project)
    if dbt is not None and fresh_manifest(dbt) is None:
        tell(f"dbt parses the models of {dbt.name} …")
        ensure_manifest(dbt)


def refuse_without_macros(dbt: DbtFolder, manifest: Mapping[str, Any]) -> None:
    """Refuse a project that does not find phlo's macros: its models would not reach the lake.

    Raises ``DeclarationError`` with the line that is missing.
    """
    if not any(macro["name"] == _STORING for macro in manifest["macros"].values()):
        raise DeclarationError(
            f"{dbt.root / PROJECT_FILE} does not name phlo's macros, which store the models",
            fix="add this line to it: "
            "macro-paths: [\"macros\", \"{{ env_var('PHLO_DBT_MACROS', 'macros') }}\"]",
        )


def build_manifest(dbt: DbtFolder) -> Manifest:
    """Parse the project in this process. Imports dbt. Safe beside others that do the same.

    Raises ``DeclarationError`` with dbt's own words if the project cannot be parsed.
    """
    final = dbt.target / dbt.fingerprint()
    scratch = dbt.target / f".{uuid.uuid4().hex}"
    scratch.mkdir(parents=True)
    try:
        _reuse_last_parse(dbt, scratch)
        _parse(dbt, scratch)
        if not final.is_dir():
            _settle(scratch, final)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    _prune(dbt, keep=final)
    return Manifest(final)


def _settle(scratch: Path, final: Path) -> None:
    try:
        scratch.rename(final)
    except OSError:
        if not final.is_dir():  # otherwise another process was first, with the same result
            raise


def _reuse_last_parse(dbt: DbtFolder, scratch: Path) -> None:
    """Let dbt parse only what changed since the last time.

    What was parsed in another place is of no use: it names the files of its seeds there.
    """
    place = str(dbt.root)
    for folder in _by_age(dbt):
        packed, written = Manifest(folder).packed, folder / _PLACE
        if packed.is_file() and written.is_file() and written.read_text("utf-8") == place:
            shutil.copyfile(packed, scratch / packed.name)
            break
    (scratch / _PLACE).write_text(place, "utf-8")


def _parse(dbt: DbtFolder, scratch: Path) -> None:
    from dbt.cli.main import dbtRunner

    result = dbtRunner().invoke(["parse", *dbt_options(dbt, scratch)])
    if not result.success:
        words = str(result.exception or "dbt could not parse the project").strip()
        raise DeclarationError(f"{dbt.root}: {words}", fix=_MISSED)


def dbt_options(dbt: DbtFolder, scratch: Path, *, log_level: str = "none") -> Sequence[str]:
    """Return the options that every dbt command of this folder takes."""
    return [
        *("--project-dir", str(dbt.root), "--profiles-dir", str(dbt.profiles_dir(scratch))),
        *("--profile", dbt.profile),
        *("--target-path", str(scratch), "--log-path", str(scratch / "logs")),
        *("--log-level", log_level, "--log-level-file", "none", "--no-use-colors"),
        "--no-send-anonymous-usage-stats",
    ]


def _by_age(dbt: DbtFolder) -> list[Path]:
    folders = [path for path in dbt.target.iterdir() if not path.name.startswith(".")]
    return sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)


def _prune(dbt: DbtFolder, keep: Path) -> None:
    others = [path for path in _by_age(dbt) if path != keep]
    for path in others[_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


def main() -> int:
    """Build the manifest of the project at hand if it is stale; for setup and for scripts."""
    from phlo.config import load_project
    from phlo.errors import PhloError

    try:
        dbt = find_dbt(load_project())
        if dbt is not None and fresh_manifest(dbt) is None:
            for name, value in dbt.environment().items():
                _export(name, value)
            build_manifest(dbt)
    except PhloError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    return 0


def _export(name: str, value: str) -> None:
    from phlo.config.environment import export

    export(name, value)


if __name__ == "__main__":
    sys.exit(main())
