"""Importing the declaration files of a project, so that one broken file breaks itself only."""

import hashlib
import importlib
import importlib.util
import inspect
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import TypeVar

from phlo.config import Project
from phlo.declare._collect import Collector, collecting, remember_environment
from phlo.declare._place import Place, nearest
from phlo.declare.ingestion import ingestion
from phlo.declare.specs import CheckSpec, Declarations, IngestionSpec, LoadError
from phlo.errors import PhloError

_UNEXPECTED = re.compile(r"ingestion\(\) got an unexpected keyword argument '(\w+)'")
Spec = TypeVar("Spec", IngestionSpec, CheckSpec)


def load_declarations(project: Project) -> Declarations:
    """Import each Python file below the project's ``defs`` and collect what it declares.

    A file that fails becomes a ``LoadError`` and declares nothing; the others load. Files may
    import each other relatively; the project's folder is importable, after everything else.
    Loading again imports the files again.
    """
    if not project.defs.is_dir():
        error = LoadError(
            str(project.file),
            1,
            f"the folder of declarations {project.defs} does not exist",
            f"create it, or name another with `defs:` in {project.file.name}",
        )
        return Declarations(errors=(error,))
    remember_environment(project.environment)
    package = _fresh_package(project)
    collector = Collector(project.timezone, project.environment)
    broken: dict[str, LoadError] = {}
    for file in _files(project.defs):
        try:
            with collecting(collector):
                _import_file(package, project.defs, file)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - any user error is reported
            broken[str(file)] = _load_error(file, error)
    return _declarations(collector.found, broken)


def _files(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*.py")):
        parts = file.relative_to(folder).parts
        if not any(part.startswith(".") or part == "__pycache__" for part in parts):
            yield file


def _fresh_package(project: Project) -> str:
    """Make an empty package over the folder, under a name that no other project has."""
    if str(project.root) not in sys.path:
        sys.path.append(str(project.root))
    digest = hashlib.sha256(str(project.defs).encode()).hexdigest()[:10]
    name = f"phlo_project_{digest}"
    for module in [item for item in sys.modules if item == name or item.startswith(f"{name}.")]:
        del sys.modules[module]
    importlib.invalidate_caches()
    spec = ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = [str(project.defs)]
    sys.modules[name] = importlib.util.module_from_spec(spec)
    return name


def _import_file(package: str, folder: Path, file: Path) -> None:
    parts = file.relative_to(folder).with_suffix("").parts
    if parts[-1] == "__init__":
        parts = parts[:-1]
    if not parts:  # the folder's own __init__.py runs inside the empty package
        source = file.read_text(encoding="utf-8")
        exec(compile(source, str(file), "exec"), sys.modules[package].__dict__)
        return
    if all(part.isidentifier() for part in parts):
        importlib.import_module(".".join((package, *parts)))
        return
    name = ".".join((package, *(part.replace("-", "_") for part in parts)))
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise AssertionError(f"{file} has no loader")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def _load_error(file: Path, error: BaseException) -> LoadError:
    detail = "".join(traceback.format_exception(error))
    if isinstance(error, PhloError):
        place = getattr(error, "place", None)
        at = place if isinstance(place, Place) else _deepest(file, error)
        problem = error.problem.removeprefix(f"{at}: ")
        return LoadError(at.file, at.line, problem, error.fix, detail)
    if isinstance(error, SyntaxError):
        where = Place(error.filename or str(file), error.lineno or 1)
        problem = f"this is not Python: {error.msg}"
        return LoadError(where.file, where.line, problem, "correct this line", detail)
    where = _deepest(file, error)
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return LoadError(where.file, where.line, text, _fix_for(error), detail)


def _fix_for(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"install the package that provides {error.name!r}, or correct the import"
    if isinstance(error, ImportError):
        return "correct the import"
    if isinstance(error, TypeError) and (word := _UNEXPECTED.search(str(error))):
        return nearest(word.group(1), inspect.signature(ingestion).parameters)
    if isinstance(error, SystemExit):
        return "remove the call that ends the process"
    return "correct this line; a declaration file must load without its sources"


def _deepest(file: Path, error: BaseException) -> Place:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(file) and frame.lineno]
    return Place(str(file), lines[-1] if lines else 1)


def _declarations(found: Iterable[object], broken: Mapping[str, LoadError]) -> Declarations:
    specs = [s for s in found if isinstance(s, IngestionSpec | CheckSpec) and s.file not in broken]
    ingestions = [spec for spec in specs if isinstance(spec, IngestionSpec)]
    checks = [spec for spec in specs if isinstance(spec, CheckSpec)]
    tables, double_tables = _once(ingestions, lambda spec: spec.table, "table")
    named, double_checks = _once(checks, lambda spec: f"{spec.table}.{spec.name}", "check")
    rules = {f"{spec.table}.{rule.name}": spec for spec in tables for rule in spec.checks}
    clashes = [
        _twice("check", key, spec, rules[key])
        for spec in named
        if (key := f"{spec.table}.{spec.name}") in rules
    ]
    kept = tuple(spec for spec in named if f"{spec.table}.{spec.name}" not in rules)
    return Declarations(
        tuple(tables), kept, (*broken.values(), *double_tables, *double_checks, *clashes)
    )


def _once(
    specs: Iterable[Spec], key: Callable[[Spec], str], noun: str
) -> tuple[list[Spec], list[LoadError]]:
    kept: list[Spec] = []
    errors: list[LoadError] = []
    seen: dict[str, Spec] = {}
    for spec in specs:
        name = key(spec)
        first = seen.setdefault(name, spec)
        if first is spec:
            kept.append(spec)
        elif (first.file, first.line) != (spec.file, spec.line):  # equal: imported twice
            errors.append(_twice(noun, name, spec, first))
    return kept, errors


def _twice(
    noun: str, name: str, spec: IngestionSpec | CheckSpec, first: IngestionSpec | CheckSpec
) -> LoadError:
    return LoadError(
        spec.file,
        spec.line,
        f"the {noun} {name!r} is declared twice, first at {first.file}:{first.line}",
        f"rename one of the two; only the one at {first.file}:{first.line} is used",
    )
