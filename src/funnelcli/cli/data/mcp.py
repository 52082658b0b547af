"""A server for assistants: the Model Context Protocol on standard input and output."""

from __future__ import annotations

import gc
import io
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from typing import Annotated, Any

from funnelcli import __version__
from funnelcli.cli.commands import examples
from funnelcli.cli.declaring import Option
from funnelcli.cli.invocation import current
from funnelcli.cli.tool_outputs import RESULTS
from funnelcli.cli.tools import ROWS, bulk, tools
from funnelcli.errors import Failed, FunnelError
from funnelcli.extras import needed
from funnelcli.i18n import N_, _
from funnelcli.plain import NamedTuple

_INSTRUCTIONS = N_(
    "funnelcli keeps contacts, deals and their steps. Look before you write: list, show, report."
    " Records are named by id or by words of their name; dates as people write them (fri, +2w,"
    " 2026-12-01). More than one change at once, or a filter in the place of a record, goes"
    " through preview and run. undo takes the last change back."
)


class Answer(NamedTuple):
    """What a tool hands back: the JSON of its command, or what went wrong."""

    data: dict[str, Any]
    failed: bool = False


def _carried_out(words: Sequence[str], db: str, lines: str = "") -> tuple[int, str, str]:
    """A command as if it were typed, where nobody is asked: its exit code and what it printed."""
    from funnelcli.cli import run

    out, err = io.StringIO(), io.StringIO()
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(lines.encode()), "utf-8")
    end = words.index("--") if "--" in words else len(words)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = run([*words[:end], "--no-input", "--db", db, *words[end:]])
    finally:
        sys.stdin = before
    return code, out.getvalue(), err.getvalue()


def _error(said: str, code: int) -> Answer:
    """What a command said is wrong, as JSON or in two sentences."""
    lines = said.strip().splitlines() or [""]
    try:
        error = json.loads(lines[-1])["error"]
    except (ValueError, KeyError, TypeError):
        text = lines[0].removeprefix(_("Error: {text}").format(text=""))
        error = {"code": "failed", "message": text, "hint": " ".join(lines[1:])}
    if error["hint"] == _("Confirm with --yes."):
        error["hint"] = _("Look at it with preview, and let run do it.")
    return Answer({**error, "exit": code}, failed=True)


def _command(words: Sequence[str], db: str) -> Answer:
    """A command that prints data."""
    end = list(words).index("--") if "--" in words else len(words)
    code, out, err = _carried_out([*words[:end], "--json", *words[end:]], db)
    if code not in (0, 6):
        return _error(err, code)
    data = json.loads(out) if out.strip() else {}
    found = data if isinstance(data, dict) else {"items": data}
    return Answer({**found, "warnings": err.strip().splitlines()} if err.strip() else found)


def _text(words: Sequence[str], db: str) -> Answer:
    """A command that prints text."""
    code, out, err = _carried_out(words, db)
    return Answer({"text": out}) if code == 0 else _error(err, code)


def _bulk(given: Mapping[str, Any], db: str, *, write: bool) -> Answer:
    """Many commands: what they would do, or all of it done."""
    lines = "".join(json.dumps(one) + "\n" for one in given["commands"])
    words = ["batch", "--atomic", "--yes"]
    if write:
        words += ["--confirm", str(given["digest"])]
    else:
        words += ["--dry-run"]
    code, out, err = _carried_out(words, db, lines)
    results = [json.loads(line) for line in out.splitlines()]
    if not results:
        return _error(err, code)
    found: dict[str, Any] = {"results": results, "message": err.strip()}
    if not write and code == 0:
        found["digest"] = _carried_out([*words, "--quiet"], db, lines)[1].strip()
    return Answer(found, failed=code != 0)


class Server:
    """What the tools are, and what they do."""

    def __init__(self, db: str, *, write: bool) -> None:
        self.db = db
        self.write = write
        self.tools = {tool.name: tool for tool in tools(write=write)}
        self.bulk = {name: (text, schema) for name, text, schema in bulk(write=write)}

    def listed(self) -> list[dict[str, Any]]:
        """The tools, as the protocol describes them."""
        found = [
            {
                "name": tool.name,
                "description": _(tool.help),
                "input_schema": tool.schema(),
                "output_schema": tool.output(),
                "annotations": {"read_only_hint": not tool.writes},
            }
            for tool in self.tools.values()
        ]
        for name, (text, schema) in self.bulk.items():
            hint = {"read_only_hint": name == "preview"}
            found.append(
                {
                    "name": name,
                    "description": text,
                    "input_schema": schema,
                    "output_schema": RESULTS,
                    "annotations": hint,
                }
            )
        return found

    def answer(self, name: str, given: Mapping[str, Any]) -> Answer:
        """What a tool hands back. Whatever goes wrong is an answer too."""
        try:
            return self._answer(name, given)
        except FunnelError as error:
            body = {"code": error.code, "message": error.message, "hint": error.hint}
            return Answer({**body, "exit": error.exit_code}, failed=True)

    def _answer(self, name: str, given: Mapping[str, Any]) -> Answer:
        schema = self.tools[name].schema() if name in self.tools else None
        if name in self.bulk:
            schema = self.bulk[name][1]
        if schema is None:
            raise Failed(
                _("There is no tool {name}.").format(name=name),
                _("Those that write are there with `funnel mcp --allow-write`."),
            )
        given = _with_lists(given, schema)
        _check(name, given, schema)
        if name in self.bulk:
            return _bulk(given, self.db, write=name == "run")
        tool = self.tools[name]
        if name == "list":
            given = {"limit": ROWS, **given}
        words = tool.words(given)
        return _text(words, self.db) if name == "help" else _command(words, self.db)


def _with_lists(given: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """A single value where several may stand is a list of one."""
    known = schema.get("properties", {})
    return {
        name: [value]
        if known.get(name, {}).get("type") == "array" and not isinstance(value, list)
        else value
        for name, value in given.items()
    }


def _check(name: str, given: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    """Raises Failed for what a tool does not take."""
    from jsonschema import Draft202012Validator

    error = next(iter(Draft202012Validator(schema).iter_errors(dict(given))), None)
    if error is not None:
        where = ".".join(map(str, error.absolute_path))
        text = f"{where}: {error.message}" if where else error.message
        raise Failed(
            _("{name} does not take that: {text}.").format(name=name, text=text[:500].rstrip(".")),
            _("Its input schema says what it takes."),
        )


async def _serve(server: Server) -> None:
    """Answer until standard input ends."""
    types: Any = import_module("mcp.types")
    lowlevel: Any = import_module("mcp.server.lowlevel")
    stdio: Any = import_module("mcp.server.stdio")

    async def list_tools(_context: Any, _params: Any) -> Any:
        return types.ListToolsResult(tools=[types.Tool(**tool) for tool in server.listed()])

    async def call_tool(_context: Any, asked: Any) -> Any:
        answer = server.answer(asked.name, asked.arguments or {})
        text = json.dumps(answer.data, ensure_ascii=False)
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=text)],
            structured_content=answer.data,
            is_error=answer.failed,
        )

    made = lowlevel.Server(
        "funnelcli",
        version=__version__,
        instructions=_(_INSTRUCTIONS),
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    async with stdio.stdio_server() as (incoming, outgoing):
        await made.run(incoming, outgoing, made.create_initialization_options())


@examples("funnel mcp", "funnel mcp --allow-write --db ~/sales.db")
def mcp(
    allow_write: Annotated[
        bool, Option("--allow-write", help=N_("Let the assistant change records, too."))
    ] = False,
) -> None:
    """Serve an assistant."""
    missing = _("The server for assistants is an extra that is not installed.")
    anyio = needed("anyio", "mcp", missing)
    needed("mcp.server.lowlevel", "mcp", missing)
    call = current()
    with call.open():
        pass
    # A server lives long; a command does not.
    gc.enable()
    anyio.run(_serve, Server(call.path, write=allow_write))
