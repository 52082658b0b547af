"""Settings: an option over the environment over ``config.toml`` over the default.

The file is read only where it exists, so that a command without one does not pay for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, partial

from funnelcli import folders
from funnelcli.config import reading
from funnelcli.errors import Failed, FunnelError, Usage, reason
from funnelcli.i18n import N_, _
from funnelcli.plain import NamedTuple
from funnelcli.typed import Any


def _state(value: str) -> str:
    from funnelcli.values.workdays import known_state

    return known_state(value, (str(get("region")), "DE", "AT", "CH"))


def _nothing() -> None:
    return None


class Setting(NamedTuple):
    """One setting: its name in config.toml, how its text is read, what it is for (English), and
    what its default follows from where that is not the same on every machine (English)."""

    name: str
    read: Callable[[str], Any]
    default: Callable[[], Any]
    help: str
    follows: str = ""

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"FUNNEL_{self.name.upper()}".replace(".", "_").replace("-", "_")

    @property
    def variables(self) -> tuple[str, ...]:
        """All that set it, the first of which counts."""
        return self.variable, *(name for name, of in _ALIASES.items() if of == self.name)


class Value(NamedTuple):
    """A setting's value and where it comes from: default, config.toml, or a variable."""

    setting: Setting
    value: Any
    origin: str


def config_dir() -> str:
    """The folder of ``config.toml``: FUNNEL_CONFIG_DIR, else the platform's."""
    return os.environ.get("FUNNEL_CONFIG_DIR") or folders.config_folder()


def file_path() -> str:
    """The path of ``config.toml``."""
    return os.path.join(config_dir(), "config.toml")


def hooks_dir() -> str:
    """The folder of the user's own programs that are run when something happens."""
    return os.path.abspath(os.path.join(config_dir(), "hooks"))


def state_dir() -> str:
    """The folder of what the program remembers beside its data: FUNNEL_CONFIG_DIR, else the
    platform's."""
    return os.environ.get("FUNNEL_CONFIG_DIR") or folders.state_folder()


def _default_db() -> str:
    return os.path.join(folders.data_folder(), "funnel.db")


def _system_variable() -> str:
    """The variable that says the system's locale, empty where none does."""
    return next((name for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")


def _system_locale() -> str:
    return os.environ.get(_system_variable(), "")


def _default_language() -> str:
    return "de" if _system_locale().startswith("de") else "en"


def _default_zone() -> None:
    """The system's zone; where the variable TZ names none, the system reckons in UTC."""
    name = os.environ.get("TZ", "").removeprefix(":")
    # Rules written out, "CET-1CEST", and files are taken by the system as they are.
    if not name or name[0] in "</" or (name[:3].isalpha() and any(map(str.isdigit, name))):
        return
    try:
        reading.zone(name)
    except Usage as error:
        told = error.message
        _problems["TZ"] = lambda: _instead("TZ", told, "UTC")


def _default_locale() -> str:
    name = _system_locale().split(".")[0].split("@")[0]
    usual = {"de": "de_DE", "en": "en_US"}[get("language")]
    if "_" not in name:
        return usual
    if not _in_babel(name):
        _problems["LC_ALL"] = lambda: _instead(
            _system_variable(), _("{value} is no locale.").format(value=name), usual
        )
        return usual
    return name if name[:2].lower() == get("language") else usual


def _in_babel(name: str) -> bool:
    """Whether there are data for a locale. Where a file has its name, Babel is not loaded to ask:
    that takes longer than a command."""
    from importlib.util import find_spec

    from funnelcli.values.moneyformat import is_known, is_quick

    if is_quick(name):
        return True
    found = find_spec("babel")
    folder = os.path.dirname((found and found.origin) or "")
    return os.path.exists(os.path.join(folder, "locale-data", f"{name}.dat")) or is_known(name)


def _default_region() -> str:
    return str(get("locale")).rpartition("_")[2].upper()[:2]


def _default_currency() -> str:
    return "CHF" if _default_region() in ("CH", "LI") else "EUR"


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "db",
        reading.database_file,
        _default_db,
        N_("the database file"),
        N_("funnel.db in the system's folder for data"),
    ),
    Setting(
        "report_db",
        reading.replica,
        _nothing,
        N_("a replica of the database on a server, on which reports are read"),
    ),
    Setting(
        "language",
        reading.language,
        _default_language,
        N_("the language of messages: en or de"),
        N_("the system's"),
    ),
    Setting(
        "locale",
        reading.locale,
        _default_locale,
        N_("how numbers, money and dates are written: de_DE"),
        N_("the system's, where it fits the language"),
    ),
    Setting(
        "timezone",
        reading.zone,
        _default_zone,
        N_("the time zone of dates: Europe/Berlin"),
        N_("the system's"),
    ),
    Setting("morning", reading.time, lambda: "09:00", N_("when “tomorrow morning” is")),
    Setting("forenoon", reading.time, lambda: "10:00", N_("when “am Vormittag” is")),
    Setting("noon", reading.time, lambda: "12:00", N_("when “at noon” is")),
    Setting("afternoon", reading.time, lambda: "14:00", N_("when “friday afternoon” is")),
    Setting("evening", reading.time, lambda: "18:00", N_("when “this evening” is")),
    Setting(
        "currency",
        reading.currency,
        _default_currency,
        N_("the currency of amounts written without one"),
    ),
    Setting(
        "region",
        reading.region,
        _default_region,
        N_("the country of phone numbers without + whose address names none"),
        N_("the country of the locale"),
    ),
    Setting(
        "user",
        reading.text,
        _nothing,
        N_("who you are among the users of the database; else who is logged in to the system"),
    ),
    Setting("state", _state, _nothing, N_("the state whose public holidays are yours: DE-BY")),
    Setting(
        "active_days",
        reading.days,
        lambda: 365,
        N_("after how many days without a win a customer is lost"),
    ),
    Setting("process", reading.text, lambda: "cycle", N_("the process of a new deal")),
    Setting(
        "strict",
        reading.flag,
        lambda: False,
        N_("whether a deal must meet its stage's exit criteria to leave it"),
    ),
    Setting(
        "require_consent",
        reading.flag,
        lambda: False,
        N_("whether calls need the contact's consent for phone"),
    ),
    Setting(
        "call_attempts",
        reading.few,
        lambda: 0,
        N_("after how many calls in a row that nobody answers somebody is left out; 0 for none"),
    ),
    Setting(
        "call_gap",
        reading.call_gap,
        lambda: "1d",
        N_("how long somebody is left out whom nobody answered for: 1d, 4h or none"),
    ),
    Setting(
        "call_hours",
        reading.call_hours,
        lambda: "any",
        N_("when people are called, where they are: mon-fri 9-18, sat 10-14; FR: mon-fri 10-18"),
    ),
    Setting(
        "dial",
        reading.dial,
        _nothing,
        N_("how `funnel call` dials: tel, sip, a link or a program of your own"),
    ),
    Setting(
        "input", reading.flag, lambda: True, N_("whether to ask on a terminal; false never asks")
    ),
    Setting("color", reading.flag, lambda: True, N_("whether to use colour on a terminal")),
    Setting(
        "pager",
        reading.pager,
        lambda: "on",
        N_("what shows more than a screen: on is $PAGER or less, off is none"),
    ),
    Setting("no_hooks", reading.flag, lambda: False, N_("whether hooks are left out")),
    Setting(
        "hook_seconds",
        reading.hook_seconds,
        lambda: 5,
        N_("after how many seconds a hook is ended, 1 to 20"),
    ),
    Setting(
        "remind_by",
        reading.ways,
        lambda: "notification",
        N_("how `funnel remind` tells: notification, mail, or both with a comma"),
    ),
    Setting(
        "remind_ahead",
        reading.minutes,
        lambda: 15,
        N_("how many minutes before an appointment it is told"),
    ),
    Setting(
        "notify_command",
        reading.text,
        _nothing,
        N_("your own program for notifications; title and text are its last arguments"),
    ),
    Setting(
        "mail_to", reading.text, _nothing, N_("to whom reminders are mailed; else sender_email")
    ),
    Setting("mail_from", reading.text, _nothing, N_("from whom they come; else from the same")),
    Setting(
        "sendmail",
        reading.text,
        _nothing,
        N_("the program that sends mail"),
        N_("the system's sendmail"),
    ),
    Setting(
        "smtp_host", reading.text, _nothing, N_("a mail server, which is used instead of sendmail")
    ),
    Setting("smtp_port", reading.port, lambda: 587, N_("its port: 587, or 465 for tls")),
    Setting("smtp_user", reading.text, _nothing, N_("who logs in there; none without a password")),
    Setting(
        "smtp_security",
        reading.smtp_security,
        lambda: "starttls",
        N_("how mail is encrypted on its way: starttls, tls or none"),
    ),
    Setting(
        "mail_source",
        reading.text,
        _nothing,
        N_("what `funnel mail` reads: a folder, or imaps://you@example.com@mail.example.com"),
    ),
    Setting(
        "mail_addresses",
        reading.text,
        _nothing,
        N_("the addresses from which you write besides sender_email, with commas"),
    ),
    Setting(
        "owed_days",
        reading.days,
        lambda: 60,
        N_("for how many days `funnel owed` waits for an answer"),
    ),
    Setting("vat", reading.percent, _nothing, N_("the VAT of a new product, in per cent: 19")),
    Setting("offer_number", reading.pattern, lambda: "{year}-{n:4}", N_("how offers are numbered")),
    Setting(
        "offer_prices",
        reading.prices,
        lambda: "auto",
        N_("the prices of offers: gross, net, or auto, by whether the contact is a consumer"),
    ),
    Setting(
        "withdrawal_return",
        reading.returning,
        lambda: "customer",
        N_("who pays for goods sent back after a withdrawal: customer, seller, or pickup"),
    ),
    Setting("offer_days", reading.days, lambda: 30, N_("for how many days an offer holds")),
    Setting(
        "copies_hourly",
        reading.few,
        lambda: 6,
        N_("of how many hours the last automatic copy is kept"),
    ),
    Setting(
        "copies_daily",
        reading.few,
        lambda: 7,
        N_("of how many days the last automatic copy is kept"),
    ),
    Setting(
        "copies_weekly",
        reading.few,
        lambda: 4,
        N_("of how many weeks the last automatic copy is kept"),
    ),
    Setting(
        "journal_days",
        reading.days,
        lambda: 365,
        N_("for how many days `funnel db compact` leaves the journal"),
    ),
    Setting(
        "journal_size",
        reading.size,
        lambda: "32 MB",
        N_("how large the journal gets before its oldest commands go: 32 MB, or none"),
    ),
    Setting(
        "file_limit",
        reading.size,
        lambda: "25 MB",
        N_("how large a file may be that `funnel file add` takes: 25 MB, or none"),
    ),
    Setting(
        "key_file",
        reading.files,
        _nothing,
        N_("the files with the keys of encrypted databases, : between them (; on Windows)"),
    ),
    Setting(
        "keep_contracts",
        reading.few,
        lambda: 8,
        N_("for how many years the law keeps a contract of a contact that is forgotten"),
    ),
    Setting(
        "keep_offers",
        reading.few,
        lambda: 6,
        N_("for how many years the law keeps the offer of a won deal"),
    ),
    Setting(
        "route_start",
        reading.text,
        _nothing,
        N_("where a day on the road begins, like “Domstr. 1, 50667 Köln”; else your address"),
    ),
    Setting("route_end", reading.text, _nothing, N_("where it ends; else where it begins")),
    Setting(
        "route_factor",
        reading.factor,
        lambda: "1.3",
        N_("how many times as long as the air line the road is: 1 to 3"),
    ),
    Setting(
        "route_speed",
        reading.speed,
        lambda: 40,
        N_("how many kilometres an hour one gets on, 10 to 130"),
    ),
    Setting(
        "visit_minutes",
        reading.minutes,
        lambda: 60,
        N_("how many minutes a visit takes that says no duration"),
    ),
    Setting(
        "maps",
        reading.maps,
        lambda: "google",
        N_("whose map `funnel route --map` opens: google, apple or openstreetmap"),
    ),
    Setting("sender_name", reading.text, _nothing, N_("your company, above your letters")),
    Setting("sender_street", reading.text, _nothing, N_("your street and number")),
    Setting("sender_town", reading.text, _nothing, N_("your postcode and town")),
    Setting("sender_person", reading.text, _nothing, N_("who signs your letters")),
    Setting("sender_phone", reading.text, _nothing, N_("your phone number")),
    Setting("sender_email", reading.text, _nothing, N_("your e-mail address")),
    Setting("sender_web", reading.text, _nothing, N_("your web page")),
    Setting("sender_tax_id", reading.text, _nothing, N_("your VAT or tax number")),
    Setting(
        "sender_register",
        reading.text,
        _nothing,
        N_("your register, court and number: Amtsgericht Ulm, HRB 1234"),
    ),
    Setting("sender_directors", reading.text, _nothing, N_("your managing directors")),
    Setting("sender_bank", reading.text, _nothing, N_("your bank, IBAN and BIC")),
)
COLUMNS = "columns."
"""Before the name of a list: which columns it shows."""
SORT = "sort."
"""Before the name of a list: by what it is sorted."""
ALIAS = "alias."
"""Before the name of a command of one's own: what it stands for."""
TABLES = {
    COLUMNS: N_("which columns a list shows: columns.deal-list"),
    SORT: N_("by what a list is sorted: sort.deal-list"),
    ALIAS: N_("what a command of your own stands for: alias.hot"),
}
"""What settings are for whose names begin so, which are tables of config.toml."""
_BY_NAME = {setting.name: setting for setting in SETTINGS}
# The short variable that the language has beside its long one.
_ALIASES = {"FUNNEL_LANG": "language"}


PARTS = ("morning", "forenoon", "noon", "afternoon", "evening")
# Of these a wrong value is named and does no harm: the default stands for it.
FALLS_BACK = frozenset(["language", "locale", "timezone", "color", "journal_size", *PARTS])
_problems: dict[str, Callable[[], str]] = {}
_tolerant = False


def tolerate() -> None:
    """Go on without a ``config.toml`` that cannot be read: for the commands that mend it."""
    global _tolerant
    _tolerant = True


def problems() -> list[str]:
    """What was found wrong with settings since the last time, and did not keep the program from
    going on, a sentence each in the language spoken now."""
    said = [tell() for tell in _problems.values()]
    _problems.clear()
    return said


@cache
def _file() -> dict[str, Any]:
    try:
        return read_file(file_path())
    except FunnelError as error:
        if not _tolerant:
            raise
        told = error.message
        _problems["config.toml"] = lambda: told
        return {}


def read_file(path: str) -> dict[str, Any]:
    if not os.path.exists(path):
        return {}
    from funnelcli import toml

    try:
        values = toml.load(path)
    except (OSError, ValueError) as error:
        raise Failed(
            _("{path} cannot be read: {error}.").format(path=path, error=reason(error)),
            _("Mend the file, or move it out of the way; `funnel config set` begins a new one."),
        ) from error
    tables = {table[:-1] for table in TABLES}
    unknown = sorted(set(values) - {*_BY_NAME, *tables})
    if unknown:
        raise Usage(
            _("{path} has an unknown setting: {name}.").format(path=path, name=unknown[0]),
            _("`funnel config` lists every setting."),
        )
    for name, value in values.items():
        if isinstance(value, list) or isinstance(value, dict) != (name in tables):
            raise Usage(
                _("{path}: {name} is no single value.").format(path=path, name=name),
                _('Write it like {name} = "text".').format(name=name),
            )
    return values


@cache
def lookup(name: str) -> Value:
    """The value of a setting and where it comes from.

    Raises Usage when the text of the environment or the file does not fit the setting.
    """
    own = setting(name)
    text, origin = stated(name)
    if text is None:
        return Value(own, own.default(), "default")
    try:
        return Value(own, own.read(text), origin)
    except Usage as error:
        if name not in FALLS_BACK:
            raise Usage(f"{origin}: {error.message}", error.hint) from error
    value = own.default()
    _problems[name] = partial(_fallen_back, origin, own, text, value)
    return Value(own, value, "default")


def stated(name: str) -> tuple[str | None, str]:
    """What is said of a setting, as it is written, and where: in the environment or the file. None
    where nothing is."""
    for variable in setting(name).variables:
        text = os.environ.get(variable)
        if text:
            return text, variable
    return saved(name), "config.toml"


def _fallen_back(origin: str, setting: Setting, text: str, value: Any) -> str:
    try:
        setting.read(text)
    except Usage as error:
        return _instead(origin, error.message, value)
    return ""


def _instead(origin: str, problem: str, value: Any) -> str:
    usual = _("the system's") if value is None else str(value)
    return _("{origin}: {problem} Used instead: {value}.").format(
        origin=origin, problem=problem, value=usual
    )


def get(name: str) -> Any:
    """The value of the setting called ``name``."""
    return lookup(name).value


def forget() -> None:
    """Read the environment and the file anew, at the next question."""
    global _tolerant
    _file.cache_clear()
    lookup.cache_clear()
    _problems.clear()
    _tolerant = False


def saved(name: str) -> str | None:
    """What ``config.toml`` says of a setting, as one writes it; None where it says nothing."""
    table, _point, key = name.rpartition(".")
    raw = _table(table).get(key)
    return str(raw).lower() if isinstance(raw, bool) else None if raw is None else str(raw)


def in_tables(*tables: str) -> list[str]:
    """The settings in tables of ``config.toml``, in all of them where none is named."""
    return [table + name for table in tables or TABLES for name in _table(table[:-1])]


def of_list(table: str, name: str) -> str:
    """What :data:`COLUMNS` or :data:`SORT` says of the list of that name; "" for nothing."""
    return str(lookup(table + name).value or "")


def setting(name: str) -> Setting:
    """The setting of that name. Raises Usage where there is none."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    for table, text in TABLES.items():
        if name.startswith(table):
            return Setting(name, reading.text, _nothing, text)
    from difflib import get_close_matches

    hint = _("`funnel config` lists every setting.")
    near = get_close_matches(name, _BY_NAME, 2)
    if near:
        hint = _("Did you mean {name}?").format(name=" / ".join(near)) + " " + hint
    raise Usage(_("There is no setting {name}.").format(name=name), hint)


def _table(name: str) -> dict[str, Any]:
    """A table of ``config.toml``, the whole of it without a name."""
    found = _file().get(name, {}) if name else _file()
    return found if isinstance(found, dict) else {}
