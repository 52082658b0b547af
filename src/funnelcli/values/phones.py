"""Phone numbers as they are kept: in E.164 where they are possible ones."""

from __future__ import annotations

from functools import cache

from funnelcli.patterns import re, regex
from funnelcli.plain import NamedTuple
from funnelcli.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

# A plus, a country and a number without the zero that only its own country dials.
_WRITTEN = regex(r"\+[1-9](?:[ /.-]?\d){6,14}", "a")
_SIGNS = str.maketrans("", "", " /.-")


# What spreadsheets make of numbers: 1712345678.0, and 1,71235E+11, where digits are lost unless it
# has as many decimals as the exponent says.
_FLOAT = regex(r"(\d{5,15})[.,]0+", "a")
_SCIENTIFIC = regex(r"(\d)[.,]?(\d*)e\+?(\d{1,2})", "ai")
# In Germany and Austria an extension is dialled right after the number.
_DIRECT = regex(
    r"[\s,;/-]*\b(?:durchwahl|dw|nebenstelle|nst|apparat|app|klappe|kl)\b[.:\s]*(?=\d{1,6}\s*$)",
    "i",
)
# Words after a number: (privat), – Büro.
_REMARK = regex(r"(.*\d)[^\w]*[^\W\d_][^\d]*", "s")


class Phone(NamedTuple):
    """A number as it is kept, the remark that it had, and whether it is a possible number and not
    just what was written."""

    number: str
    remark: str = ""
    read: bool = True


def normal_phone(text: str, region: str) -> str:
    """The number in E.164 (+4930123456) where it is a possible one, else as it was written; see
    :func:`read_phone`."""
    return read_phone(text, region).number


def read_phone(text: str, region: str) -> Phone:
    """The number in E.164 (+4930123456x12 with an extension) where it is a possible one, without
    the remark in words that follows it; else as it was written.

    A number without + is read as one of the country ``region`` (ISO 3166, "DE"), unless it begins
    with that country's own code. One that lacks digits is not read: one without its area code, or
    what a spreadsheet has rounded.
    """
    if _WRITTEN.fullmatch(text):
        digits = text.translate(_SIGNS)[1:]
        # No country's code begins with another's.
        for length in (1, 2, 3):
            country = _country(digits[:length])
            if country is not None:
                own = digits[length:]
                if len(own) in country.lengths and not country.prefix.match(own):
                    return Phone(f"+{digits}")
                break
    return _read(text, region)


@cache
def region_of(country: str | None, home: str) -> str:
    """The country whose numbers those at an address are: that of the address, by its letters or its
    name, else ``home``."""
    from funnelcli.values.localenames import country_of

    found = country_of(country) if country else None
    if found is None or found == home:
        return home
    import phonenumbers

    return found if phonenumbers.country_code_for_region(found) else home


def dial(number: str) -> str:
    """What a ``tel:`` link (RFC 3966) says behind the colon for a number as it is kept: with its
    extension apart, and of one that was not read its digits. Empty for one without digits."""
    main, _x, extension = number.partition("x")
    if not (number.startswith("+") and main[1:].isdecimal()):
        main, extension = re.sub(r"[^\d+*#]", "", number), ""
    if not any(map(str.isdigit, main)):
        return ""
    return f"{main};ext={extension}" if extension else main


class _Country(NamedTuple):
    """How long the numbers of a country's code may be, and what a number may have before it that
    is not part of it."""

    lengths: frozenset[int]
    prefix: re.Pattern[str]


@cache
def _country(code: str) -> _Country | None:
    """The rules of a country's code, None where it is nobody's.

    For nearly every number in a large file they are all that phonenumbers looks at, in twenty
    times the time.
    """
    import phonenumbers

    region = phonenumbers.region_code_for_country_code(int(code))
    rules = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    if rules is None or rules.general_desc is None:
        return None
    return _Country(
        frozenset(rules.general_desc.possible_length),
        re.compile(f"0|{rules.national_prefix_for_parsing or '0'}"),
    )


def _read(text: str, region: str) -> Phone:
    written = " ".join(text.split())
    plain = _digits_of_float(written)
    if plain is None:
        return Phone(written, read=False)
    plain = _DIRECT.sub("-", plain)
    number = _dialled(plain, region)
    remark = _REMARK.fullmatch(plain)
    without = _dialled(remark[1], region) if remark else ""
    # Letters are dialled, as in 0800 REISEN, where that alone makes a number that is in use.
    if remark and without and not (number and _in_use(number) and not _in_use(without)):
        return Phone(without, plain[len(remark[1]) :].strip(" ()[]<>,;:/-–—"))
    if number:
        return Phone(number)
    return Phone(written, read=False)


def _digits_of_float(text: str) -> str | None:
    """The number before a spreadsheet took it for an amount; None where digits are lost."""
    if found := _FLOAT.fullmatch(text):
        return found[1]
    if found := _SCIENTIFIC.fullmatch(text):
        return found[1] + found[2] if len(found[2]) == int(found[3]) else None
    return text


def _dialled(text: str, region: str) -> str:
    """``text`` in E.164, empty where it is no number that can be dialled from anywhere."""
    import phonenumbers
    from phonenumbers import CountryCodeSource, ValidationResult

    try:
        number = _with_own_code(text, region) or phonenumbers.parse(
            text, region, keep_raw_input=True
        )
    except phonenumbers.NumberParseException:
        return ""
    # Fictive and new numbers are possible without being assigned, so validity asks too much.
    if not phonenumbers.is_possible_number(number):
        return ""
    if number.country_code_source == CountryCodeSource.FROM_DEFAULT_COUNTRY:
        local = phonenumbers.is_possible_number_with_reason(number)
        if local == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            return ""
        # A zero that the country does not dial is part of numbers in few of them.
        if number.italian_leading_zero and not phonenumbers.is_valid_number(number):
            return ""
    # Else nothing but zeros would be written as it was.
    number.raw_input = None
    dialled = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return f"{dialled}x{number.extension}" if number.extension else dialled


def _in_use(number: str) -> bool:
    """Whether a number in E.164 is one that its country gives out."""
    import phonenumbers

    return bool(phonenumbers.is_valid_number(phonenumbers.parse(number)))


def _with_own_code(text: str, region: str) -> PhoneNumber | None:
    """The number that begins with the code of its own country, the plus left out: 49 171 2345678.

    Only where it is a valid one, and a mobile number or one whose code stands apart: without its
    zero, a number of a small town may begin with the same digits.
    """
    import phonenumbers

    code = str(phonenumbers.country_code_for_region(region))
    if not text.lstrip("(").startswith(code):
        return None
    try:
        number = phonenumbers.parse(f"+{text.replace('(', '', 1) if text[0] == '(' else text}")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    apart = re.match(rf"\(?{code}\)?[ /.-]", text)
    mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    return number if apart or mobile else None
