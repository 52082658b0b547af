"""The tools that an assistant is given: made from the command tree and the parameters of its
commands, so that what a tool takes is what the command takes.

What is done often is a tool of its own, typed by the options of its command. Lists, pages and
reports are one tool each for all kinds. Everything else that changes records is reached by ``run``,
which carries out what ``preview`` has shown, and is described by ``help``.
"""

from __future__ import annotations

from collections.abc import Mapping

from funnelcli.cli import params, tool_outputs
from funnelcli.cli.building import Command, build
from funnelcli.cli.tree import TREE, Verbs, every_command, writes
from funnelcli.cli.typed_lines import words_from
from funnelcli.i18n import N_, _
from funnelcli.nouns.types import Type
from funnelcli.plain import NamedTuple
from funnelcli.reports.declarations import REPORTS
from funnelcli.typed import Any

# Commands that are tools of their own.
OWN = (
    *("today", "guide"),
    *("contact add", "contact edit", "deal add", "deal edit", "deal advance", "deal win"),
    *("deal lose", "log", "step add", "step done", "note add", "undo"),
)
MOST = 20
"""An assistant chooses badly among more."""
ROWS = 50
"""Records of a list, unless more are asked for."""
_COMMANDS = {
    "type": "array",
    "minItems": 1,
    "description": N_("What to do, in order, each a command of `help` with its options."),
    "items": {
        "type": "object",
        "properties": {
            "command": {"type": "string", "examples": ["deal edit"]},
            "args": {"type": "array", "items": {"type": ["string", "number"]}},
            "options": {"type": "object", "examples": [{"value": "15k", "tag": ["vip"]}]},
        },
        "required": ["command"],
        "additionalProperties": False,
    },
}


class Tool(NamedTuple):
    """A tool: the commands it stands for, by the value of its property ``by`` where there are
    several."""

    name: str
    help: str
    commands: Mapping[str, str]
    by: str = ""
    writes: bool = False

    def schema(self) -> dict[str, Any]:
        """What it takes, as a JSON schema."""
        properties: dict[str, Any] = {}
        required: list[str] = []
        if self.by:
            properties[self.by] = {"type": "string", "enum": [*self.commands]}
            required.append(self.by)
        for path in self.commands.values():
            for param in _own(_made(path)):
                name = self._name(param)
                properties.setdefault(name, _property(param))
                if param.required and name not in required:
                    required.append(name)
        found = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**found, "required": required} if required else found

    def output(self) -> dict[str, Any]:
        """What it hands back, as a JSON schema."""
        if self.name == "help":
            return tool_outputs.TEXT
        paths = self.commands.values()
        if self.name == "list":
            return tool_outputs.of_list(paths)
        return tool_outputs.of_commands(paths)

    def words(self, given: Mapping[str, Any]) -> list[str]:
        """The command line that what was given stands for."""
        path = self.commands[str(given.get(self.by, ""))]
        command = _made(path)
        args: list[Any] = []
        options: dict[str, Any] = {}
        for param in _own(command):
            value = given.get(self._name(param))
            if value is None:
                continue
            if param.param_type_name == "argument":
                args += value if isinstance(value, list) else [value]
            elif value is False and param.secondary_opts:
                options[param.secondary_opts[0]] = True
            else:
                options[_name(param)] = value
        return words_from({"command": path, "args": args, "options": options})

    def _name(self, param: Any) -> str:
        """What a parameter is called: what names a record of any kind, alike for all."""
        return "record" if self.by and param.required else _name(param)


def _made(path: str) -> Command:
    command = build(path.split()[-1], every_command()[path])
    command.with_own()
    return command


def _own(command: Command) -> list[Any]:
    return [param for param in command.params if param.name not in params.SHARED]


def _name(param: Any) -> str:
    if param.param_type_name == "argument":
        return "filters" if "FILTER" in str(param.word) else str(param.name).rstrip("_")
    longest = max(param.opts, key=len)
    return str(longest).lstrip("-")


def _property(param: Any) -> dict[str, Any]:
    """One option or argument."""
    word = param.word
    one: dict[str, Any] = {"type": "string"}
    if getattr(param, "is_flag", False):
        one = {"type": "boolean"}
    elif param.min is not None or param.max is not None:
        one = {"type": "integer"}
        one |= {} if param.min is None else {"minimum": param.min}
    elif isinstance(word, Type) and word.choices:
        one["examples"] = [*word.choices]
    if param.nargs == -1 or getattr(param, "multiple", False):
        one = {"type": "array", "items": one}
    help_text = str(param.help or "")
    return {**one, "description": f"{help_text} ({word})" if word else help_text}


def tools(*, write: bool) -> list[Tool]:
    """The tools: those that read, with ``write`` those that change records too."""
    nouns = {name: entry for name, entry in TREE.items() if isinstance(entry, Verbs)}

    def with_verb(verb: str) -> dict[str, str]:
        """The nouns that have a verb, read without further options, each with its command."""
        return {
            name: f"{name} {verb}"
            for name, entry in nouns.items()
            if verb in entry.verbs and name not in ("config",)
        }

    found = [
        Tool("list", N_("Records of one kind that pass filters."), with_verb("list"), "kind"),
        Tool("show", N_("A record with its whole story."), _shown(with_verb("show")), "kind"),
        Tool("report", N_("Figures."), {name: f"report {name}" for name in REPORTS}, "report"),
        Tool("help", N_("How a command is written, or what there is."), {"": "help"}),
    ]
    for path in OWN:
        verb = every_command()[path]
        found.append(Tool(path.replace(" ", "_"), verb.help, {"": path}, writes=writes(verb)))
    return [tool for tool in found if write or not tool.writes]


def _shown(commands: Mapping[str, str]) -> dict[str, str]:
    """Those that show one record, which is named by the first argument."""
    return {
        name: path
        for name, path in commands.items()
        if any(param.required for param in _own(_made(path)))
    }


def bulk(*, write: bool) -> list[tuple[str, str, dict[str, Any]]]:
    """The tools for many changes: their names, what they are for, what they take."""
    commands = {**_COMMANDS, "description": _(str(_COMMANDS["description"]))}
    schema = {"type": "object", "properties": {"commands": commands}, "required": ["commands"]}
    found = [("preview", _("What commands would change; its digest lets `run` do it."), schema)]
    if write:
        digest = {"type": "string", "description": _("What `preview` said.")}
        both = {"commands": commands, "digest": digest}
        run = {"type": "object", "properties": both, "required": ["commands", "digest"]}
        found.append(("run", _("Carry out what `preview` has shown, all or nothing."), run))
    return [(name, text, {**made, "additionalProperties": False}) for name, text, made in found]
