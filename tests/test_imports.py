"""The shape of the house: imports run downwards, in no circle."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import funnelcli

ROOT = Path(funnelcli.__file__).parent
# From the floor up. A file imports from its own wing, or from one further down.
WINGS = (
    (
        "errors",
        "extras",
        "folders",
        "i18n",
        "ids",
        "passwords",
        "patterns",
        "plain",
        "text",
        "files",
        "toml",
        "typed",
    ),
    ("values",),
    ("config",),
    ("encryption",),
    ("db",),
    ("filters",),
    ("render",),
    ("nouns",),
    ("queries",),
    ("models", "formats"),
    ("processes",),
    ("actions",),
    ("letters",),
    ("reports",),
    ("pages",),
    ("prompt",),
    ("phone",),
    ("cli",),
    ("__main__",),
)
FLOOR = {name: floor for floor, names in enumerate(WINGS) for name in names}


def module_of(path: Path) -> str:
    """The module's name below the package: "db.schema", "nouns" for an ``__init__``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


# All but the front door of the package, which has the version, and hands out the models.
FILES = {
    module_of(path): path
    for path in sorted(ROOT.rglob("*.py"))
    if path.parent != ROOT or path.stem != "__init__"
}


def imported(path: Path) -> set[str]:
    """The package's modules that a file imports, in functions and for the type checker too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            package, _dot, inside = name.partition(".")
            if package == "funnelcli":
                found.add(inside if inside in FILES else inside.rpartition(".")[0])
    return found


@cache
def imports() -> dict[str, set[str]]:
    """What each file imports, found out where it is asked for: every process of the tests collects
    this file, and few run it."""
    return {module: imported(path) - {module, ""} for module, path in FILES.items()}


def test_imports_run_downwards() -> None:
    """No file imports from a wing above its own."""
    upward = [
        f"{module} imports {other}"
        for module, others in imports().items()
        for other in others
        if FLOOR[other.partition(".")[0]] > FLOOR[module.partition(".")[0]]
    ]
    assert upward == []


def test_no_file_imports_itself_by_way_of_others() -> None:
    """There is no circle among the files."""
    done: set[str] = set()

    def walk(module: str, way: tuple[str, ...]) -> None:
        if module in way:
            raise AssertionError(" -> ".join((*way[way.index(module) :], module)))
        if module not in done:
            for other in sorted(imports()[module]):
                walk(other, (*way, module))
            done.add(module)

    for module in FILES:
        walk(module, ())


def test_no_command_is_the_library_of_another() -> None:
    """What several commands share does not stand in the module of one of them."""
    from funnelcli.cli.tree import every_command

    commands = {"cli." + verb.target.partition(":")[0] for verb in every_command().values()}
    assert [
        f"{module} imports {other}"
        for module, others in imports().items()
        for other in others & commands
    ] == []


def test_the_command_line_holds_no_sql() -> None:
    """What is asked of the database has a name in queries/ or actions/: neither a command nor a
    page runs a statement, names a query, or says a condition in SQL."""
    asking = ("execute", "executemany", "executescript")
    holding = [
        f"{module}, line {node.lineno}"
        for module, path in FILES.items()
        if module.startswith(("cli", "pages"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and (
                node.func.attr in asking
                or (node.func.attr in ("run", "one") and ast.unparse(node.func.value) == "queries")
            )
        )
        or (isinstance(node, ast.keyword) and node.arg == "where")
    ]
    assert holding == []
