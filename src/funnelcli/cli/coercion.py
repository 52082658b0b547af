"""What a command receives of the words that a person types: the words.

Typer hands every value to Pydantic first, and loading that costs more than a whole command does
(the figures stand at the pin in ``pyproject.toml``). The parameters here are text, flags and a
few whole numbers; so each parameter's ``process_value``, the place where Typer coerces, is this
module's. Once an app with a text option runs without Pydantic, it can go: a test says when.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from funnelcli.cli import invocation
from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.ids import is_id
from funnelcli.nouns import NOUNS, declared
from funnelcli.typed import TYPE_CHECKING, Any
from funnelcli.values.whole import id_of, whole

if TYPE_CHECKING:
    from funnelcli.nouns.noun import Noun

# What help calls a value that names a file or a folder.
OF_FILES = ("FILE", "PATH")
# What it calls words that are kept as they are.
KEPT = ("ANSWER", "HOW", "NAME", "TEXT", "WHAT", "WORDING", "WORDS")


def as_typed(parameters: list[Any]) -> list[Any]:
    """The parameters, each of which now hands its value on as it was typed."""
    for parameter in parameters:
        if "process_value" not in parameter.__dict__:
            parameter.process_value = partial(_value, parameter)
            parameter.handle_parse_result = partial(_handled, parameter)
    return parameters


def _handled(
    parameter: Any, context: Any, given: Mapping[str, Any], args: list[str]
) -> tuple[Any, list[str]]:
    """What the library does for a parameter, but for one that was left out and may be: of the forty
    that a command has, few are given, and a batch has thousands of lines."""
    left_out = given.get(parameter.name) is None and not parameter.required
    if left_out and parameter.default in (None, False) and parameter.envvar is None:
        if parameter.expose_value:
            context.params[parameter.name] = parameter.default
        return parameter.default, args
    handle: Callable[..., tuple[Any, list[str]]] = type(parameter).handle_parse_result
    return handle(parameter, context, given, args)


def _value(parameter: Any, context: Any, value: Any) -> Any:
    """The value, as the parameter's callback changes it; raises Usage where it is missing.

    What no command receives is a shared option: the call takes it. (A callback at each of those
    would do, but Typer examines the signature of every one, which doubles a command's making.)
    """
    if parameter.required and parameter.value_is_missing(value):
        if record_of(parameter) is not None and invocation.current().interactive:
            # Listed and asked for where it is looked up, among those that the command is for.
            return [invocation.ASKED] if parameter.nargs == -1 else invocation.ASKED
        name = parameter.metavar or parameter.opts[0]
        raise Usage(_("{name} is missing.").format(name=name), help_hint(context.command_path))
    if parameter.metavar not in OF_FILES:
        _check_text(value)
    if isinstance(value, str) and _is_behind_a_record(parameter, context):
        check_words(context.command_path, value)
    if parameter.callback:
        return parameter.callback(context, parameter, value)
    if not parameter.expose_value and value not in (None, False):
        invocation.current().take(parameter.name, value)
    return value


def _check_text(value: Any) -> None:
    """Raises Usage for bytes that are none of the terminal's encoding: they come as surrogates,
    which nothing can keep. The name of a file may have them."""
    for text in value if isinstance(value, (list, tuple)) else (value,):
        if isinstance(text, str) and not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                raise no_text() from None


def _is_behind_a_record(parameter: Any, context: Any) -> bool:
    """Whether a parameter takes words to keep, behind an argument that names a record by its id: a
    name may be a mistyped verb, which is told otherwise."""
    if parameter.param_type_name != "argument" or _plain(parameter) not in KEPT:
        return False
    before = context.command.params[: context.command.params.index(parameter)]
    return any(
        record_of(one) is not None and is_any_id(context.params.get(one.name)) for one in before
    )


def _plain(parameter: Any) -> str:
    return str(getattr(parameter, "word", None) or "").strip("[]")


def check_words(command: str, text: str) -> None:
    """Raises Usage for an id where words are to be kept: "next 3 4" is two deals more likely than a
    step that is called 4."""
    if is_any_id(text):
        raise Usage(
            _("“{text}” reads like a second id, not like words.").format(text=text),
            _("`{command}` is about one record at a time, and what is said of it is words.").format(
                command=command
            ),
        )


def is_any_id(text: Any) -> bool:
    """Whether a text reads like an id, of whichever kind."""
    return isinstance(text, str) and (id_of(text) is not None or is_id(text))


def is_topic(parameter: Any) -> bool:
    """Whether an argument is neither words to search for, nor a file, nor the name of a record: a
    word like "help" in its place is a question."""
    if parameter.param_type_name != "argument" or parameter.name == "words":
        return False
    files = _plain(parameter).removesuffix("...") in OF_FILES
    return not files and record_of(parameter) is None


def no_text() -> Usage:
    """The sentence for bytes that are no text."""
    return Usage(
        _("What was given is not valid text."),
        _("Check the encoding of the terminal or script that it comes from."),
    )


def record_of(parameter: Any) -> Noun[Any] | None:
    """The noun whose records a parameter names; None where it names none."""
    word = str(getattr(parameter, "word", None) or "").removesuffix("...").lower()
    # A FILE is one on the disk; one that is on record is an ATTACHMENT.
    noun = {"attachment": "file", "file": ""}.get(word, word)
    return declared(noun) if noun in NOUNS and declared(noun).named is not None else None


def help_hint(command: str) -> str:
    """Where one reads how a command is written."""
    return _("`{command} --help` shows how it is written.").format(command=command)


def whole_number(_context: Any, parameter: Any, value: Any) -> Any:
    """A whole number, or a list of them, within the parameter's ``min`` and ``max``.

    Raises typer.BadParameter.
    """
    from typer import BadParameter

    if value is None:
        return None
    if isinstance(value, list):
        return [whole_number(_context, parameter, item) for item in value]
    least, most = parameter.min, parameter.max
    number = whole(str(value))
    if number is None:
        raise BadParameter(_("“{value}” is no whole number.").format(value=value))
    if least is not None and number < least:
        text = _("{n} is too small; it is {least} at least.")
        raise BadParameter(text.format(n=number, least=least))
    if most is not None and number > most:
        text = _("{n} is too large; it is {most} at most.")
        raise BadParameter(text.format(n=number, most=most))
    return number
