"""How the text of a setting is read: each takes what somebody wrote and gives the value, or raises
Usage. What takes long to load is loaded where it is asked for."""

from __future__ import annotations

from funnelcli.errors import Usage
from funnelcli.i18n import _
from funnelcli.values.whole import whole


def text(value: str) -> str:
    """Any text, as it is."""
    return value


def database_file(value: str) -> str:
    """The name of a database file. Raises Usage for what names none."""
    if not value.strip() or value == ":memory:":
        raise Usage(
            _("“{value}” names no database file.").format(value=value),
            _("Name a file, with --db, FUNNEL_DB or `funnel config set db`."),
        )
    return value


def replica(value: str) -> str | None:
    """The address of a replica, as it is; None for a word that says that there is none."""
    from funnelcli.values.nothing import is_nothing

    text = value.strip()
    return None if not text or is_nothing(text) else text


def files(value: str) -> str:
    """Names of files with the system's separator between them, each from the root."""
    import os

    parts = (part.strip() for part in value.split(os.pathsep))
    return os.pathsep.join(os.path.abspath(os.path.expanduser(part)) for part in parts if part)


def currency(value: str) -> str:
    """The code of a currency, by that or by its name."""
    from funnelcli.values.currencies import CODES, check_currency
    from funnelcli.values.localenames import called

    if value.strip().upper() in CODES:
        return value.strip().upper()
    return check_currency(called("currencies", CODES, value) or value)


def language(value: str) -> str:
    """A language that is spoken, by its code or its name."""
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


def zone(value: str) -> str:
    """The name of a time zone, by that or by its last part."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        from zoneinfo import available_timezones

        from funnelcli.values.choosing import plain

        # europe/berlin; Berlin, New York: the last part of one name alone.
        wanted = plain(value)
        called = {name: plain(name) for name in available_timezones()}
        same = [name for name, text in called.items() if text == wanted]
        ends = same or [name for name, text in called.items() if text.endswith(f"/{wanted}")]
        if wanted and len(ends) == 1:
            return ends[0]
        raise Usage(
            _("{value} is no time zone.").format(value=value),
            _("Write it like Europe/Berlin."),
        ) from error
    return value


def flag(value: str) -> bool:
    """Whether it is on; nothing said is off."""
    from funnelcli.values.yesno import yes_or_no

    said = yes_or_no(value) if value else False
    if said is not None:
        return said
    raise Usage(
        _("{value} is neither true nor false.").format(value=value), _("Write true or false.")
    )


def locale(value: str) -> str:
    """A locale, as language_COUNTRY."""
    # Those that are written from a table need no Babel, which takes long to load.
    from funnelcli.values.moneyformat import is_known

    name = value.replace("-", "_")
    if not is_known(name):
        raise Usage(
            _("{value} is no locale.").format(value=value),
            _("Write language and country, like de_DE, en_GB or fr_CH."),
        )
    return name


def region(value: str) -> str:
    """The two letters of a country, by these or by its name."""
    from funnelcli.values.localenames import country

    found = country(value)
    if found is None:
        raise Usage(
            _("{value} is no country code.").format(value=value), _("Write two letters, like DE.")
        )
    return found


def call_hours(value: str) -> str:
    """The hours at which people are called, checked; "any" for at any time."""
    from funnelcli.values.calling import read_hours

    text = " ".join(value.split())
    return "any" if read_hours(text).always else text


def call_gap(value: str) -> str:
    """How far apart attempts to reach somebody are, as "1d" or "4h"; "none" for not at all."""
    from funnelcli.values.calling import read_gap

    return read_gap(value)


def dial(value: str) -> str:
    """How a number is dialled, checked."""
    from funnelcli.values.dialling import words_of

    words_of(value, "+10000000")
    return value.strip()


def percent(value: str) -> str:
    """A share in per cent, as it is written but for the sign."""
    from funnelcli.values.numbers import percent

    percent(value, "vat")
    return value.strip().removesuffix("%").strip()


def days(value: str) -> int:
    """A whole number of days, 1 to 3650."""
    days = whole(value)
    if days is None or not 1 <= days <= 3650:
        raise Usage(
            _("{value} is no number of days.").format(value=value),
            _("Write a whole number from 1 to 3650."),
        )
    return days


def ways(value: str) -> str:
    """Ways to be told, with commas between them."""
    from funnelcli.values.choosing import named

    known = (
        ("notification", "notification", "Benachrichtigung"),
        ("mail", "e-mail", "E-Mail"),
    )
    found = [named(known, part) for part in value.split(",")]
    if None in found:
        raise Usage(
            _("{value} says no way to be reminded.").format(value=value),
            _("Write notification, mail, or notification,mail."),
        )
    return ",".join(dict.fromkeys(way for way in found if way is not None))


def minutes(value: str) -> int:
    """A whole number of minutes, up to a day, from "15" or "1h30"."""
    from funnelcli.values.durations import read_duration

    found = read_duration(value)
    if found > 24 * 60:
        raise Usage(
            _("{value} is longer than a day.").format(value=value), _("Write it like 15m or 1h.")
        )
    return found


def port(value: str) -> int:
    """The number of a port."""
    number = whole(value)
    if number is None or not 1 <= number <= 65535:
        raise Usage(_("{value} is no port.").format(value=value), _("Write a number, like 587."))
    return number


def factor(value: str) -> str:
    """How many times as long as the air line a road is, 1 to 3, with a point."""
    import re

    found = re.fullmatch(r"([123])(?:[.,](\d{1,2}))?", value.strip(), re.ASCII)
    number = f"{found[1]}.{found[2] or 0}" if found else "0"
    if not 1 <= float(number) <= 3:
        raise Usage(
            _("{value} is no factor from 1 to 3.").format(value=value), _("Write it like 1.3.")
        )
    return number


def speed(value: str) -> int:
    """A whole number of kilometres an hour, 10 to 130."""
    number = whole(value)
    if number is None or not 10 <= number <= 130:
        raise Usage(
            _("{value} is no speed from 10 to 130 km/h.").format(value=value),
            _("Write a whole number, like 40."),
        )
    return number


def maps(value: str) -> str:
    """A service that has maps."""
    from funnelcli.values.choosing import named

    known = (
        ("google", "Google Maps", "Google"),
        ("apple", "Apple Maps", "Apple Karten"),
        ("openstreetmap", "OpenStreetMap", "OSM"),
    )
    found = named(known, value)
    if found is None:
        raise Usage(
            _("{value} is no map service.").format(value=value),
            _("Write google, apple or openstreetmap."),
        )
    return found


def smtp_security(value: str) -> str:
    """How mail is encrypted on its way."""
    return _chosen(
        value,
        ("starttls", "tls", "none"),
        _("{value} is no encryption of mail."),
        _("Write starttls, tls or none."),
    )


def prices(value: str) -> str:
    """Which prices an offer shows."""
    return _chosen(
        value,
        ("auto", "gross", "net"),
        _("{value} is no kind of price."),
        _("Write gross, net or auto."),
    )


def returning(value: str) -> str:
    """Who pays for goods that are sent back."""
    return _chosen(
        value,
        ("customer", "seller", "pickup"),
        _("{value} does not say who pays."),
        _("Write customer, seller, or pickup where you collect the goods."),
    )


def _chosen(value: str, known: tuple[str, ...], wrong: str, hint: str) -> str:
    found = value.strip().lower()
    if found not in known:
        raise Usage(wrong.format(value=value), hint)
    return found


def hook_seconds(value: str) -> int:
    """A whole number of seconds, 1 to 20: other programs wait for the database meanwhile."""
    seconds = whole(value)
    if seconds is None or not 1 <= seconds <= 20:
        raise Usage(
            _("{value} is no number of seconds from 1 to 20.").format(value=value),
            _("Write a whole number, like 5."),
        )
    return seconds


def time(value: str) -> str:
    """A time of day as HH:MM."""
    from funnelcli.values.dates import parse_time

    return f"{parse_time(value):%H:%M}"


def few(value: str) -> int:
    """A whole number, 0 to 1000."""
    number = whole(value)
    if number is None or not 0 <= number <= 1000:
        raise Usage(
            _("{value} is no number from 0 to 1000.").format(value=value),
            _("Write a whole number, like 7."),
        )
    return number


_UNITS = {"G": 1024**3, "M": 1024**2, "K": 1024, "": 1}


def size(value: str) -> str:
    """A size, as "32 MB", from "32 MiB", "500k", a number of bytes, or "none"."""
    count = in_bytes(value)
    unit = next(each for each in _UNITS if not count % _UNITS[each])
    return f"{count // _UNITS[unit]} {unit}B" if count else "none"


def in_bytes(value: str) -> int:
    """The bytes of a size, 0 for "none"."""
    text = value.strip().upper().replace("IB", "").removesuffix("B").strip()
    if text in ("NONE", "KEINE"):
        return 0
    unit = text[-1:] if text[-1:] in _UNITS else ""
    number = whole(text.removesuffix(unit))
    if number is None or not 0 <= number * _UNITS[unit] < 1 << 62:
        raise Usage(
            _("{value} is no size.").format(value=value), _("Write it like 32 MB, or none.")
        )
    return number * _UNITS[unit]


def pager(value: str) -> str:
    """A program, or "on" or "off"."""
    from funnelcli.values.yesno import yes_or_no

    # A program may be called anything; what says yes or no is no program.
    said = yes_or_no(value)
    return value.strip() if said is None else "on" if said else "off"


def pattern(value: str) -> str:
    """The pattern of a number, checked."""
    from funnelcli.values.numbering import check_pattern

    return check_pattern(value)
