"""The server for assistants: its tools, and end to end with the client of its library."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from conftest import Dump, Run, process_environment
from funnelcli.cli import invocation
from funnelcli.cli.tools import MOST, OWN, Tool, bulk, tools
from funnelcli.cli.tree import every_command, writes


@pytest.fixture(autouse=True)
def of_the_test(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have what is asked beside a command go to the test's own database too."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def made() -> dict[str, Tool]:
    """The tools, by name."""
    invocation.start([])
    return {tool.name: tool for tool in tools(write=True)}


def test_the_tools_are_few_and_only_read_unless_more_is_allowed(made: dict[str, Tool]) -> None:
    assert len(made) + len(bulk(write=True)) <= MOST
    reading = tools(write=False)
    assert {path for tool in reading for path in tool.commands.values()}.isdisjoint(
        path for path in OWN if writes(every_command()[path])
    )
    assert not any(
        writes(every_command()[path]) for tool in reading for path in tool.commands.values()
    )
    assert [name for name, *_rest in bulk(write=False)] == ["preview"]


def test_a_tool_takes_what_its_command_takes(made: dict[str, Tool]) -> None:
    schema = made["deal_edit"].schema()
    assert schema["required"] == ["deal"]
    assert schema["properties"]["tag"]["type"] == "array"
    assert schema["properties"]["value"]["type"] == "string"
    assert "yes" not in schema["properties"]
    assert made["list"].schema()["properties"]["limit"] == {
        "type": "integer",
        "minimum": 0,
        "description": "At most so many rows; 0 for all. A terminal shows 100. (N)",
    }
    assert made["show"].schema()["required"] == ["kind", "record"]
    words = made["deal_edit"].words({"deal": "-x", "value": "12k", "tag": ["a", "b"]})
    assert words == ["deal", "edit", "--value=12k", "--tag=a", "--tag=b", "--", "-x"]
    assert made["contact_edit"].words({"contact": "7", "do-not-contact": True})[2:] == [
        "--do-not-contact",
        "--",
        "7",
    ]
    words = made["list"].words({"kind": "deal", "filters": ["-tag:a"], "limit": 3})
    assert words == ["deal", "list", "--limit=3", "--", "-tag:a"]


def test_what_tools_hand_back_is_what_they_promise(funnel: Run, db: str) -> None:
    """By the schemas of the nouns, whatever is asked for."""
    jsonschema: Any = pytest.importorskip("jsonschema", reason="the extra mcp is not installed")
    from funnelcli.cli.data.mcp import Server

    funnel("demo", "--into", db)
    server = Server(db, write=True)
    schemas = {one["name"]: one["output_schema"] for one in server.listed()}
    found = schemas["deal_add"]["$defs"]["0"]
    promised = funnel("schema deal").json
    assert found["required"] == promised["required"]
    assert found["properties"]["value"] == {"type": ["number", "null"]}

    def call(name: str, /, **given: Any) -> Any:
        answer = server.answer(name, given)
        assert not answer.failed, (name, given, answer.data)
        errors = list(jsonschema.Draft202012Validator(schemas[name]).iter_errors(answer.data))
        assert not errors, (name, given, errors[0].message[:300])
        return answer.data

    for kind in server.tools["list"].commands:
        call("list", kind=kind)
    assert call("list", kind="deal", filters=["nobody"]) == {"items": []}
    for kind, record in (
        *(("deal", "7"), ("contact", "11"), ("visit", "1"), ("offer", "1"), ("objection", "1")),
        *(("contract", "1"), ("step", "1"), ("questionnaire", "bant")),
    ):
        call("show", kind=kind, record=record)
    call("report", report="conversion")
    call("today")
    call("guide", deal="7")
    call("help", about=["deal"])
    call("contact_add", name="Eva Roth")
    call("contact_edit", contact="11", town="Bonn")
    call("deal_add", title="Shed", contact="11", value="USD 5k")
    call("deal_edit", deal="7", tag=["vip"])
    call("deal_advance", deal="10")
    call("deal_win", deal="7")
    call("deal_lose", deal="11", reason="other", note="moved")
    call("log", contact="11", said="talked about the roof")
    call("step_add", of="10", what="call", due="+3d")
    call("step_done", step=["1", "4"])
    call("note_add", of="10", text="likes tea")
    call("undo")
    lines = [{"command": "deal edit", "args": ["10"], "options": {"probability": 40}}]
    digest = call("preview", commands=lines)["digest"]
    call("run", commands=lines, digest=digest)


def test_without_the_extra_it_says_how_to_install_it(
    funnel: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server.lowlevel", None)
    said = funnel("mcp", exit=1)
    assert said == ""
    assert "pip install 'funnelcli[mcp]'" in said.stderr


@pytest.mark.long
def test_an_assistant_reads_writes_and_is_kept_from_more(
    funnel: Run, environment: dict[str, str], state: Callable[[], Dump]
) -> None:
    pytest.importorskip("mcp", reason="the extra mcp is not installed")
    client: Any = pytest.importorskip("mcp.client")
    stdio: Any = pytest.importorskip("mcp.client.stdio")
    funnel("contact add 'Eva Müller'")
    for title in ("Roof", "Wall", "Door"):
        funnel("deal", "add", title, "--contact", "1", "--tag", "a")
    before = state()

    async def talk(*words: str) -> None:
        started = stdio.StdioServerParameters(
            command=sys.executable,
            args=["-m", "funnelcli", "mcp", *words],
            env=process_environment(environment),
        )
        async with client.Client(stdio.stdio_client(started, errlog=sys.__stderr__)) as assistant:
            listed = (await assistant.list_tools()).tools
            # The client holds every answer to it.
            assert all(tool.output_schema for tool in listed)

            async def call(name: str, **given: Any) -> tuple[bool, Any]:
                result = await assistant.call_tool(name, given)
                assert json.loads(result.content[0].text) == result.structured_content
                return result.is_error, result.structured_content

            failed, found = await call("list", kind="deal", filters=["tag:a"], sort="id")
            assert not failed
            assert [deal["title"] for deal in found["items"]] == ["Roof", "Wall", "Door"]
            failed, found = await call("show", kind="contact", record="müller")
            assert (failed, found["name"]) == (False, "Eva Müller")
            failed, found = await call("show", kind="deal", record="99")
            assert (failed, found["message"]) == (True, "There is no deal 99.")
            assert not (await call("report", report="conversion"))[0]
            assert "--value" in (await call("help", about=["deal", "edit"]))[1]["text"]
            commands = [
                {"command": "deal edit", "args": ["tag:a"], "options": {"probability": 40}},
                {"command": "step add", "args": ["1", "call"], "options": {"due": "+3d"}},
            ]
            failed, previewed = await call("preview", commands=commands)
            assert not failed
            assert [sorted(one["ids"]) for one in previewed["results"]] == [[1, 2, 3], [1]]
            assert state() == before
            if not words:
                assert not {"run", "undo", "deal_edit"} & {tool.name for tool in listed}
                failed, found = await call("deal_edit", deal="1", value="5k")
                assert (failed, found["message"]) == (True, "There is no tool deal_edit.")
                return
            assert len(listed) <= MOST
            failed, found = await call("deal_edit", deal="1", value="5k")
            assert (failed, found["value"]) == (False, 5000)
            failed, found = await call("run", commands=commands, digest=previewed["digest"])
            assert (failed, found["exit"]) == (True, 3)
            assert not (await call("undo"))[0]
            assert state() == before
            assert (await call("deal_edit", deal="tag:a", value="5k"))[0]
            failed, found = await call("deal_edit", deal="1", nonsense=True)
            assert "nonsense" in found["message"]
            assert state() == before
            digest = (await call("preview", commands=commands))[1]["digest"]
            assert not (await call("run", commands=commands, digest=digest))[0]

    asyncio.run(talk())
    assert state() == before
    asyncio.run(talk("--allow-write"))
    entries = funnel("history --json").json
    assert [entry["state"] for entry in entries if "batch" in entry["command"]] == ["done"]
    funnel("undo")
    assert state() == before
