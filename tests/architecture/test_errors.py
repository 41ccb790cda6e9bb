"""Every failure says what is wrong and what to do next."""

import ast
import builtins
import importlib
import pickle
import pkgutil
import re
from collections.abc import Iterator

import pytest

import phlo
from phlo.errors import PhloError
from tests.architecture.sources import Source, sources

ALLOWED = {"AssertionError", "NotImplementedError"}
BUILTIN = {
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}
# What Python itself asks of these methods.
PROTOCOL = {
    "__getattr__": {"AttributeError"},
    "__getitem__": {"KeyError", "IndexError"},
    "__setattr__": {"AttributeError"},
    "__next__": {"StopIteration"},
}


def error_classes() -> list[type[PhloError]]:
    """Every PhloError of the core, wherever it is defined."""
    for module in pkgutil.walk_packages(phlo.__path__, "phlo."):
        importlib.import_module(module.name)
    found: list[type[PhloError]] = []
    todo = [PhloError]
    while todo:
        kind = todo.pop()
        found.append(kind)
        todo += kind.__subclasses__()
    return sorted({k for k in found if k.__module__.startswith("phlo")}, key=lambda k: k.__name__)


def raises(source: Source) -> Iterator[tuple[int, str, str]]:
    """Every raise of a file as (line, name raised, name of the function around it)."""

    def visit(node: ast.AST, function: str) -> Iterator[tuple[int, str, str]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Raise) and child.exc is not None:
                target = child.exc.func if isinstance(child.exc, ast.Call) else child.exc
                yield child.lineno, ast.unparse(target).split(".")[-1], function
            inner = child.name if isinstance(child, ast.FunctionDef) else function
            yield from visit(child, inner)

    yield from visit(source.tree, "")


def test_the_core_raises_no_builtin() -> None:
    found = [
        f"{source.name}:{line} raises {name}"
        for source in sources("phlo", "phlo_api")
        if not source.name.startswith("phlo/testing/")  # a test may throw what a user would
        for line, name, function in raises(source)
        if name in BUILTIN - ALLOWED - PROTOCOL.get(function, set())
        and "# builtin:" not in source.lines[line - 1]  # the reason stands on the line
    ]

    assert found == []


def test_every_code_is_stable_short_and_its_own() -> None:
    own = [k for k in error_classes() if "code" in vars(k)]
    codes = [k.code for k in own]

    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("kind", error_classes(), ids=lambda k: k.__name__)
def test_an_error_is_never_built_without_a_fix(kind: type[PhloError]) -> None:
    with pytest.raises((TypeError, AssertionError)):
        kind("something is wrong", fix="  ")
    with pytest.raises(TypeError):
        kind("something is wrong")  # type: ignore[call-arg]


@pytest.mark.parametrize("kind", error_classes(), ids=lambda k: k.__name__)
def test_an_error_crosses_a_process_whole(kind: type[PhloError]) -> None:
    if kind.__init__ is not PhloError.__init__:
        pytest.skip("takes more than a problem and a fix; its own room tests it")
    error = kind("table 'x' is wrong", fix="drop it")

    there = pickle.loads(pickle.dumps(error))

    assert type(there) is kind
    assert (there.problem, there.fix) == ("table 'x' is wrong", "drop it")


@pytest.mark.parametrize("kind", error_classes(), ids=lambda k: k.__name__)
def test_an_error_has_a_status_for_shell_and_http(kind: type[PhloError]) -> None:
    assert 400 <= kind.http_status <= 599
    assert 1 <= kind.exit_status <= 125


def texts(value: ast.expr) -> Iterator[str]:
    """Yield what a fix can read as, where its text stands in the source."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.JoinedStr):
        parts = (p.value if isinstance(p, ast.Constant) else "value" for p in value.values)
        yield "".join(map(str, parts))
    elif isinstance(value, ast.IfExp):
        yield from texts(value.body)
        yield from texts(value.orelse)


def literal_fixes() -> Iterator[tuple[str, str]]:
    """Every ``fix=`` whose text stands in the source, with its place."""
    for source in sources():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.keyword) and node.arg == "fix":
                for text in texts(node.value):
                    yield f"{source.name}:{node.value.lineno}", text


def test_a_fix_says_more_than_try_again() -> None:
    poor = [
        f"{place}: {text!r}"
        for place, text in literal_fixes()
        if len(text.split()) < 2 or re.fullmatch(r"(?i)\W*(please )?(try again|fix it)\W*", text)
    ]

    assert poor == []
