"""Typer's command classes, made lazy, with help that reads well in any width."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from funnelcli.cli import params
from funnelcli.cli.coercion import as_typed, is_topic
from funnelcli.cli.commands import HELP, MINUS, filter_words, find, function_of
from funnelcli.cli.invocation import current
from funnelcli.cli.signatures import of_shared, visible
from funnelcli.cli.tree import GROUPS, Verb, Verbs
from funnelcli.errors import Usage
from funnelcli.i18n import _, language
from funnelcli.nouns.noun import Noun
from funnelcli.nouns.placeholders import placeholder
from funnelcli.render import Text, emit

if TYPE_CHECKING:
    from funnelcli.cli.several import Several
    from funnelcli.cli.taking import Declared


class Helpful:
    """A command or a group that writes its help to :class:`~funnelcli.cli.help_text.HelpText`."""

    def get_help(self, ctx: object) -> str:
        """The whole help."""
        from funnelcli.cli.help_text import HelpText

        text = HelpText()
        self.format_help(ctx, text)  # type: ignore[attr-defined]
        return text.getvalue().rstrip("\n")


class Command(Helpful, TyperCommand):
    """A command whose help shows its own options, the shared ones, and its examples."""

    example_lines: tuple[str, ...] = ()
    filters: Noun[Any] | None = None
    """Whose filter words it takes."""
    minus: bool = False
    """Whether its words may begin with a minus without being options."""
    several: Several | None = None
    """Over which records a filter in the place of a record's name carries it out."""
    own: Callable[[Command], bool] | None = None
    """Gives it the options of fields of one's own, once; whether there are any."""
    own_called: Sequence[tuple[str, ...]] = ()
    """Those options, each with what its field is called in English and in German."""
    _parser: Any = None

    def make_parser(self, ctx: Any) -> Any:
        """The parser of its words, made once: a batch has thousands of lines for it."""
        if self._parser is None:
            self._parser = super().make_parser(ctx)
        self._parser.ctx = ctx
        return self._parser

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, ``--help`` among them."""
        return as_typed(super().get_params(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """``--help``, in the language of the person."""
        return _translated(super().get_help_option(ctx))

    def named(self) -> Any:
        """The argument that names its record."""
        return next(param for param in self.params if param.param_type_name == "argument")

    def invoke(self, ctx: Any) -> Any:
        """Run the command, unless what it prints would replace a file of the program's own."""
        current().check_output()
        if self.several is not None:
            from funnelcli.cli.several import over, words_in

            first = self.named()
            words = words_in(ctx.params[first.name])
            if words is not None:
                run = super().invoke

                def carry_out(reference: Any) -> Any:
                    ctx.params[first.name] = reference
                    return run(ctx)

                return over(self.several, words, carry_out, at_once=first.nargs == -1)
        return super().invoke(ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Let words like ``-source:fair`` through where a command takes filter words, and take what
        is not written as the command has it for what it can only mean."""
        if self.minus or any(param.name == "words" for param in self.params):
            args = list(_protected(args, self.params))
        elif self.several is not None and any(
            ":" in arg or arg.startswith(("@", "-@")) for arg in args
        ):
            from funnelcli.cli.several import gathered

            known = {flag for param in self.params for flag in (*param.opts, *param.secondary_opts)}
            if any(arg[:2] == "--" and arg.partition("=")[0] not in known for arg in args):
                # The word behind an option of a field of one's own is no filter.
                self.with_own()
            args = gathered(self.several, args, self.params)
        if len(args) == 1 and args[0].lower() in HELP and any(map(is_topic, self.params[:1])):
            args = ["--help"]
        guessed = current().guessed
        while True:
            try:
                rest = super().parse_args(ctx, list(args))
                break
            except typer.TyperException as error:
                if hasattr(error, "possibilities") and self.with_own():
                    continue
                from funnelcli.cli.guessing import mended

                args = mended(self, ctx, args, error)
                guessed = True
        if guessed:
            from funnelcli.cli.guessing import say

            say(ctx.command_path, filter_words(args))
        return rest

    def with_own(self) -> bool:
        """Whether there are options of fields of one's own, which it did not have before."""
        extend, self.own = self.own, None
        return extend is not None and extend(self)

    def get_help(self, ctx: Any) -> str:
        """The whole help, with the options of fields of one's own."""
        self.with_own()
        return super().get_help(ctx)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What follows the name in the usage line."""
        arguments = (param for param in self.params if param.param_type_name == "argument")
        return [placeholder("[OPTIONS]"), *map(_in_usage, arguments)]

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The usage line."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=_("Usage:") + " ")

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments, the command's options, then those that every command shares."""
        own: list[tuple[str, str]] = []
        shared: list[tuple[str, str]] = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is None or getattr(param, "hidden", False):
                continue
            name = param.metavar if param.param_type_name == "argument" else record[0]
            general = param.name == "help" or param.name in params.SHARED
            (shared if general else own).append((name, record[1]))
        for title, records in ((_("Options"), own), (_("Shared options"), shared)):
            if records:
                with formatter.section(title):
                    formatter.write_options(records)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The examples, as they are typed."""
        if self.example_lines:
            with formatter.section(_("Examples")):
                for line in self.example_lines:
                    formatter.write_command(_(line))


def _translated(option: Any) -> Any:
    if option is not None:
        translate([option])
        option.callback = _show_help
    return option


def _show_help(context: Any, _option: Any, value: bool) -> None:
    """Print a command's help as every other screen, and end."""
    if value and not context.resilient_parsing:
        call = current()
        # Help is answered before the words behind it are read.
        call.output.pager = call.output.pager and not {"--no-pager", "--no-input"} & set(call.args)
        emit(Text(context.get_help() + "\n"), call.output)
        context.exit()


def _in_usage(argument: Any) -> str:
    """{WHAT} one must give and [WHAT] one may, unless the metavar says it itself."""
    metavar = str(argument.metavar)
    if metavar.startswith("["):
        return metavar
    return f"{{{metavar}}}" if argument.required else f"[{metavar}]"


def _protected(args: list[str], known: list[Any]) -> Iterator[str]:
    """``args`` with the minus of filter words hidden from the search for options.

    A single minus before a longer word negates it; options with one minus have one letter. Raises
    Usage for one that is an option in a wrong spelling: it would leave out what has that word.
    """
    flags = {name for param in known for name in (*param.opts, *param.secondary_opts)}
    takes_value = {
        name for param in known if not getattr(param, "is_flag", True) for name in param.opts
    }
    plain = False
    after_option = False
    for word in args:
        plain = plain or word == "--"
        if params.negates(word) and not plain and not after_option:
            meant = params.misspelt(word, flags)
            if meant:
                raise Usage(
                    _("“-{word}” would leave out what has the word {word}.").format(word=word[1:]),
                    _("Did you mean {name}?").format(name=f"`{meant}`"),
                )
            yield MINUS + word[1:]
        else:
            yield word
        after_option = not plain and word in takes_value


def build(name: str, verb: Verb) -> Command:
    """Import one command and make it, with the options that it shares."""
    function = function_of(verb)
    command = _built(name, verb, function)
    command.example_lines = getattr(function, "examples", ())
    command.filters = getattr(function, "filtered", None)
    command.minus = getattr(function, "minus", False)
    command.several = getattr(function, "several", None)
    translate(command.params)
    if command.several is not None:
        named = command.named()
        named.help = " ".join([named.help, _("Or filters: all that they find.")])
    if function.__dict__.get("own") is not None:
        command.own = partial(_with_own, name, verb, function)
    return command


def _built(
    name: str, verb: Verb, function: Callable[..., Any], more: Sequence[Declared] = ()
) -> Command:
    """The command as Typer makes it of the function and its options."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    seen = visible(function, of_shared(verb.shares), more)
    app.command(name, cls=Command, help=_long_help(verb, function))(seen)
    command = get_command(app)
    assert isinstance(command, Command)
    return command


def _with_own(name: str, verb: Verb, function: Callable[..., Any], command: Command) -> bool:
    """Give a command the options of the fields of one's own; whether there are any."""
    from funnelcli.cli import own_values

    noun, of = function.__dict__["own"]
    more = own_values.options(noun, of)
    if not more:
        return False
    new = _built(name, verb, function, more)
    translate(new.params)
    known = {param.name: param for param in command.params}
    command.params = [known.get(param.name, param) for param in new.params]
    command.callback = new.callback
    command.own_called = own_values.called(more)
    command._parser = None
    return True


def translate(parameters: Iterable[Any]) -> None:
    """Put the help of parameters into the language of the person, and the words for values; the
    English one stays as ``word``."""
    for param in parameters:
        param.word = param.metavar
        if param.help:
            param.help = _(param.help)
        if param.metavar and language() != "en":
            named = getattr(param.metavar, "choices", None) or {}
            if param.default in named:
                param.show_default = _(named[param.default])
            param.metavar = placeholder(param.metavar)


def _long_help(verb: Verb, function: Callable[..., Any]) -> str:
    more = getattr(function, "more", None)
    return _(verb.help) + (f"\n\n{more()}" if more is not None else "")


class Group(Helpful, TyperGroup):
    """A group that imports the one command that is called, and lists the rest from the tree."""

    tree: Mapping[str, Verb | Verbs]
    noun: Verbs | None = None
    """What the tree has of it; nothing of the root."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, ``--help`` among them."""
        return as_typed(super().get_params(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """``--help``, in the language of the person."""
        return _translated(super().get_help_option(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises Usage where the name stands alone, and stands for no verb."""
        if not (args or self.invoke_without_command or ctx.resilient_parsing):
            raise Usage(_("What is to be done?"), ctx.get_help())
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:
        """The names in the tree's order."""
        return list(self.tree)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name or alias."""
        found = find(self.tree, cmd_name)
        if found is None:
            return None
        name, entry = found
        return group(name, entry) if isinstance(entry, Verbs) else build(name, entry)

    def name_of(self, word: str) -> str:
        """The name of the verb that a word stands for."""
        found = find(self.tree, word)
        return word if found is None else found[0]

    def knows(self, words: Sequence[str]) -> bool:
        """Whether ``words`` begin with a command of this group, whole."""
        found = find(self.tree, words[0])
        if found is None:
            return False
        entry = found[1]
        if not isinstance(entry, Verbs) or entry.words or len(words) < 2:
            return True
        if words[1][:1] == "-":
            return entry.bare is not None or len(words) == 2
        return find(entry.verbs, words[1]) is not None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first word names."""
        command = self.get_command(ctx, args[0])
        return command.name, command, args[1:]

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The usage line."""
        formatter.write_usage(
            ctx.command_path, placeholder("COMMAND ..."), prefix=_("Usage:") + " "
        )

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The commands, grouped by what people do, then the options."""
        for title in ("", *GROUPS):
            rows = [
                (name, _(entry.help)) for name, entry in self.tree.items() if entry.group == title
            ]
            if rows:
                with formatter.section(_(title) if title else _("Commands")):
                    formatter.write_dl(rows)
        records = [param.get_help_record(ctx) for param in self.get_params(ctx)]
        with formatter.section(_("Options")):
            formatter.write_options([*filter(None, records)])

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """What the name alone stands for."""
        if self.noun is not None and self.noun.bare is not None:
            text = _("`{name}` is short for `{name} {verb}`.")
            formatter.write_paragraph()
            formatter.write_text(text.format(name=ctx.command_path, verb=self.noun.bare))


def group(name: str, noun: Verbs) -> Group:
    """The group of a noun's verbs."""
    made = Group(name=name, help=_(noun.help), rich_markup_mode=None)
    made.tree = noun.verbs
    made.noun = noun
    return made
