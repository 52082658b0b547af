"""Settings: an option over the environment over ``config.toml`` over the default.

The file is read only where it exists, and platformdirs asked only where no variable names the
place, so a command that needs neither pays for neither.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any, NamedTuple

from funnelcli.errors import Failed, FunnelError, Usage
from funnelcli.i18n import N_, _
from funnelcli.values.whole import whole


def _text(value: str) -> str:
    return value


def database_file(value: str) -> str:
    """The name of a database file. Raises Usage for what names none."""
    if not value.strip() or value == ":memory:":
        raise Usage(
            _("“{value}” names no database file.").format(value=value),
            _("Name a file, with --db, FUNNEL_DB or `funnel config set db`."),
        )
    return value


def _currency(value: str) -> str:
    from funnelcli.values.currencies import CODES, check_currency

    if value.strip().upper() in CODES:
        return value.strip().upper()
    return check_currency(_called("currencies", CODES, value) or value)


def _called(kind: str, codes: Iterable[str], value: str) -> str | None:
    """The one of these codes whose name in English or German ``value`` is, or a part of; ``kind``
    is what Babel has them as. None for none, Usage with those that it may be."""
    from babel import Locale

    from funnelcli.values.choosing import named

    names = [getattr(Locale(language), kind) for language in ("en", "de")]
    return named(
        ((code, *(str(known.get(code, code)) for known in names)) for code in codes), value
    )


def _language(value: str) -> str:
    from funnelcli.i18n import LANGUAGES

    if value[:2].lower() in LANGUAGES and value[2:3] in ("", "_", "-", "."):
        return value[:2].lower()
    from funnelcli.values.choosing import named

    found = named((("en", "English", "Englisch"), ("de", "German", "Deutsch")), value)
    if found is None:
        raise Usage(
            _("{value} is no language that funnel speaks.").format(value=value),
            _("Write en or de."),
        )
    return found


def _zone(value: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        from zoneinfo import available_timezones

        from funnelcli.values.choosing import plain

        # Berlin, New York: the last part of one name alone.
        wanted = plain(value)
        ends = [name for name in available_timezones() if plain(name).endswith(f"/{wanted}")]
        if wanted and len(ends) == 1:
            return ends[0]
        raise Usage(
            _("{value} is no time zone.").format(value=value),
            _("Write it like Europe/Berlin."),
        ) from error
    return value


def _flag(value: str) -> bool:
    from funnelcli.values.yesno import yes_or_no

    said = yes_or_no(value) if value else False
    if said is not None:
        return said
    raise Usage(
        _("{value} is neither true nor false.").format(value=value), _("Write true or false.")
    )


def _locale(value: str) -> str:
    # Those that are written from a table need no Babel, which takes long to load.
    from funnelcli.values.moneyformat import is_known

    name = value.replace("-", "_")
    if not is_known(name):
        raise Usage(
            _("{value} is no locale.").format(value=value),
            _("Write language and country, like de_DE, en_GB or fr_CH."),
        )
    return name


def _region(value: str) -> str:
    if len(value) == 2 and value.isascii() and value.isalpha():
        return value.upper()
    from babel import Locale

    codes = [code for code in map(str, Locale("en").territories) if len(code) == 2]
    found = _called("territories", codes, value)
    if found is None:
        raise Usage(
            _("{value} is no country code.").format(value=value), _("Write two letters, like DE.")
        )
    return found


def _state(value: str) -> str:
    from funnelcli.values.workdays import known_state

    return known_state(value, (str(get("region")), "DE", "AT", "CH"))


def _percent(value: str) -> str:
    from funnelcli.values.numbers import percent

    percent(value, "vat")
    return value.strip().removesuffix("%").strip()


def _days(value: str) -> int:
    days = whole(value)
    if days is None or not 1 <= days <= 3650:
        raise Usage(
            _("{value} is no number of days.").format(value=value),
            _("Write a whole number from 1 to 3650."),
        )
    return days


def _time(value: str) -> str:
    from funnelcli.values.dates import parse_time

    return f"{parse_time(value):%H:%M}"


def _few(value: str) -> int:
    number = whole(value)
    if number is None or not 0 <= number <= 1000:
        raise Usage(
            _("{value} is no number from 0 to 1000.").format(value=value),
            _("Write a whole number, like 7."),
        )
    return number


def _pager(value: str) -> str:
    from funnelcli.values.yesno import yes_or_no

    # A program may be called anything; what says yes or no is no program.
    said = yes_or_no(value)
    return value.strip() if said is None else "on" if said else "off"


def _pattern(value: str) -> str:
    from funnelcli.values.numbering import check_pattern

    return check_pattern(value)


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
    given = os.environ.get("FUNNEL_CONFIG_DIR")
    if given:
        return given
    from platformdirs import user_config_dir

    return user_config_dir("funnel", appauthor=False)


def file_path() -> str:
    """The path of ``config.toml``."""
    return os.path.join(config_dir(), "config.toml")


def _default_db() -> str:
    from platformdirs import user_data_dir

    return os.path.join(user_data_dir("funnel", appauthor=False), "funnel.db")


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
        _zone(name)
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
        database_file,
        _default_db,
        N_("the database file"),
        N_("funnel.db in the system's folder for data"),
    ),
    Setting(
        "language",
        _language,
        _default_language,
        N_("the language of messages: en or de"),
        N_("the system's"),
    ),
    Setting(
        "locale",
        _locale,
        _default_locale,
        N_("how numbers, money and dates are written: de_DE"),
        N_("the system's, where it fits the language"),
    ),
    Setting(
        "timezone",
        _zone,
        _default_zone,
        N_("the time zone of dates: Europe/Berlin"),
        N_("the system's"),
    ),
    Setting("morning", _time, lambda: "09:00", N_("when “tomorrow morning” is")),
    Setting("forenoon", _time, lambda: "10:00", N_("when “am Vormittag” is")),
    Setting("noon", _time, lambda: "12:00", N_("when “at noon” is")),
    Setting("afternoon", _time, lambda: "14:00", N_("when “friday afternoon” is")),
    Setting("evening", _time, lambda: "18:00", N_("when “this evening” is")),
    Setting(
        "currency", _currency, _default_currency, N_("the currency of amounts written without one")
    ),
    Setting(
        "region",
        _region,
        _default_region,
        N_("the country of phone numbers without +"),
        N_("the country of the locale"),
    ),
    Setting("state", _state, _nothing, N_("the state whose public holidays are yours: DE-BY")),
    Setting(
        "active_days",
        _days,
        lambda: 365,
        N_("after how many days without a win a customer is lost"),
    ),
    Setting("process", _text, lambda: "cycle", N_("the process of a new deal")),
    Setting(
        "strict",
        _flag,
        lambda: False,
        N_("whether a deal must meet its stage's exit criteria to leave it"),
    ),
    Setting(
        "require_consent",
        _flag,
        lambda: False,
        N_("whether calls need the contact's consent for phone"),
    ),
    Setting("input", _flag, lambda: True, N_("whether to ask on a terminal; false never asks")),
    Setting("color", _flag, lambda: True, N_("whether to use colour on a terminal")),
    Setting(
        "pager",
        _pager,
        lambda: "on",
        N_("what shows more than a screen: on is $PAGER or less, off is none"),
    ),
    Setting("vat", _percent, _nothing, N_("the VAT of a new product, in per cent: 19")),
    Setting("offer_number", _pattern, lambda: "{year}-{n:4}", N_("how offers are numbered")),
    Setting("offer_days", _days, lambda: 30, N_("for how many days an offer holds")),
    Setting(
        "copies_hourly", _few, lambda: 6, N_("of how many hours the last automatic copy is kept")
    ),
    Setting(
        "copies_daily", _few, lambda: 7, N_("of how many days the last automatic copy is kept")
    ),
    Setting(
        "copies_weekly", _few, lambda: 4, N_("of how many weeks the last automatic copy is kept")
    ),
    Setting("sender_name", _text, _nothing, N_("your company, above your letters")),
    Setting("sender_street", _text, _nothing, N_("your street and number")),
    Setting("sender_town", _text, _nothing, N_("your postcode and town")),
    Setting("sender_person", _text, _nothing, N_("who signs your letters")),
    Setting("sender_phone", _text, _nothing, N_("your phone number")),
    Setting("sender_email", _text, _nothing, N_("your e-mail address")),
    Setting("sender_web", _text, _nothing, N_("your web page")),
    Setting("sender_tax_id", _text, _nothing, N_("your VAT or tax number")),
    Setting("sender_bank", _text, _nothing, N_("your bank, IBAN and BIC")),
)
COLUMNS = "columns."
"""Before the name of a list: which columns it shows."""
_OF_LISTS = N_("which columns a list shows: columns.deal-list")
_BY_NAME = {setting.name: setting for setting in SETTINGS}
# What people call a setting who do not know its name.
_CALLED = {
    "db": "database, Datenbank",
    "language": "language, Sprache",
    "locale": "regional format, Format",
    "timezone": "time zone, Zeitzone",
    "morning": "morning, Morgen",
    "forenoon": "forenoon, Vormittag",
    "noon": "noon, Mittag",
    "afternoon": "afternoon, Nachmittag",
    "evening": "evening, Abend",
    "currency": "currency, Währung",
    "region": "country, Land",
    "state": "state, Bundesland",
    "active_days": "active days, aktive Tage",
    "process": "process, Prozess",
    "strict": "strict, streng",
    "require_consent": "consent, Einwilligung",
    "input": "ask, Rückfragen",
    "color": "colour, Farbe",
    "vat": "VAT, USt.",
    "offer_number": "offer number, Angebotsnummer",
    "offer_days": "offer days, Angebotsfrist",
    "copies_hourly": "hourly copies, stündliche Kopien",
    "copies_daily": "daily copies, tägliche Kopien",
    "copies_weekly": "weekly copies, wöchentliche Kopien",
    "sender_name": "company, Firma",
    "sender_street": "street, Straße",
    "sender_town": "town, Ort",
    "sender_person": "signature, Unterschrift",
    "sender_phone": "phone, Telefon",
    "sender_email": "e-mail, E-Mail",
    "sender_web": "web page, Webseite",
    "sender_tax_id": "tax number, Steuernummer",
    "sender_bank": "bank, Bankverbindung",
}
# The short variable that the language has beside its long one.
_ALIASES = {"FUNNEL_LANG": "language"}


PARTS = ("morning", "forenoon", "noon", "afternoon", "evening")
# Of these a wrong value is named and does no harm: the default stands for it.
FALLS_BACK = frozenset(["language", "locale", "timezone", "color", *PARTS])
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
        return _read_file(file_path())
    except FunnelError as error:
        if not _tolerant:
            raise
        told = error.message
        _problems["config.toml"] = lambda: told
        return {}


def _read_file(path: str) -> dict[str, Any]:
    if not os.path.exists(path):
        return {}
    from funnelcli import toml

    try:
        values = toml.load(path)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or error
        raise Failed(
            _("{path} cannot be read: {error}.").format(path=path, error=reason),
            _("Mend the file, or move it out of the way; `funnel config set` begins a new one."),
        ) from error
    unknown = sorted(set(values) - {*_BY_NAME, COLUMNS[:-1]})
    if unknown:
        raise Usage(
            _("{path} has an unknown setting: {name}.").format(path=path, name=unknown[0]),
            _("`funnel config` lists every setting."),
        )
    for name, value in values.items():
        if isinstance(value, list) or isinstance(value, dict) != (name == COLUMNS[:-1]):
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


def known(text: str, *, whole: bool = False) -> str:
    """The name of the setting that ``text`` names: by that, by a word for it in either language, or
    by a part of one that no other has, unless it is to be ``whole``, as for a change. Raises
    Usage."""
    if text in _BY_NAME or text.startswith(COLUMNS):
        return text
    from funnelcli.values.choosing import exact, fitting, named

    entries = [(name, *_CALLED.get(name, name).split(", "), name)[:3] for name in _BY_NAME]
    if whole:
        found = exact(entries, text)
        if len(found) == 1:
            return found[0]
        near = fitting(entries, text)
        if len(near) == 1:
            raise Usage(
                _("There is no setting {name}.").format(name=text),
                _("Did you mean {name}?").format(name=near[0]),
            )
    name = named(entries, text)
    return setting(text).name if name is None else name


def saved(name: str) -> str | None:
    """What ``config.toml`` says of a setting, as one writes it; None where it says nothing."""
    table, _point, key = name.rpartition(".")
    raw = _table(table).get(key)
    return str(raw).lower() if isinstance(raw, bool) else None if raw is None else str(raw)


def save(name: str, text: str | None) -> tuple[str, str | None]:
    """Write a setting to ``config.toml`` (None takes it out); the path of the file, and of what was
    in its place where that could not be read.

    Raises Usage for a text that does not fit.
    """
    own = setting(name)
    from funnelcli import files, toml

    value = None if text is None else own.read(text)
    path = file_path()
    try:
        os.makedirs(config_dir(), mode=0o700, exist_ok=True)
        # Whoever changes another setting at the same time changes the file after this.
        with files.locked(config_dir()):
            aside = _set_aside(path)
            toml.change(path, name, value)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or error
        raise Failed(
            _("{path} cannot be written: {error}.").format(path=path, error=reason),
            _("Check the permissions of the folder."),
        ) from error
    forget()
    return path, aside


def _set_aside(path: str) -> str | None:
    """Put a file that cannot be read beside its place, where it is not lost; where that is, None
    for a file in order. Raises OSError."""
    try:
        _read_file(path)
    except FunnelError:
        from itertools import count

        names = (f"{path}.broken{number or ''}" for number in count())
        aside = next(name for name in names if not os.path.lexists(name))
        os.rename(path, aside)
        return aside
    return None


def lists() -> list[str]:
    """The settings of lists in ``config.toml``."""
    return [COLUMNS + name for name in _table(COLUMNS[:-1])]


def columns(name: str) -> str:
    """Which columns the list of that name shows; "" where nothing is said of it."""
    return str(lookup(COLUMNS + name).value or "")


def setting(name: str) -> Setting:
    """The setting of that name. Raises Usage where there is none."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.startswith(COLUMNS):
        return Setting(name, _text, _nothing, _OF_LISTS)
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
