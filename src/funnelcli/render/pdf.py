"""A document as PDF: a page of HTML, set on sheets of paper by WeasyPrint.

It is tagged (PDF/UA-1), so that a screen reader reads tables as tables, and carries its own fonts.
Nothing is fetched: neither from the network nor from the disk.
"""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO

from funnelcli.patterns import re, regex
from funnelcli.render.charts import palette
from funnelcli.render.model import Listing
from funnelcli.render.webpage import write_html
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from funnelcli.render.contents import Written
    from funnelcli.render.output import Output

# What a browser does by itself, or leaves to whoever prints: numbered pages, tables that go on over
# pages, their last row with the row before and with the total.
_PAPER = """\
@page {{ size: A4{turned}; margin: 14mm 14mm 18mm; @bottom-right {{ content: "{page}";
  font: 8pt {family}; color: {soft}; }} }}
body {{ font-family: {family}; }}
.scroll {{ break-inside: {breaks}; }}
td:not(.number, .when), .note {{ overflow-wrap: anywhere; }}
tbody tr:last-child, tfoot {{ break-before: avoid; }}
"""
# The chart for a phone, which no paper shows.
_slim = regex(r'<div class="for-slim">.*?</svg></div>', "s")
_VARIANT = "pdf/ua-1"
FAMILY = '"Liberation Sans", Arial, Helvetica, "DejaVu Sans", sans-serif'


def write_pdf(result: Written, output: Output, out: BinaryIO) -> int:
    """A result as a document, the one that :func:`write_html` writes. Returns the number of rows.
    Raises Failed where the extra is not installed."""
    from funnelcli.i18n import _

    text = StringIO()
    number = write_html(result, output, text)
    page = _("Page {n} of {m}").format(n='" counter(page) "', m='" counter(pages) "')
    alone = isinstance(result, Listing)
    turned = alone and "scroll broad" in text.getvalue()
    style = _PAPER.format(
        page=page,
        turned=" landscape" if turned else "",
        breaks="auto" if alone else "avoid",
        family=FAMILY,
        soft=palette.COLOURS["soft"][0],
    )
    html = _slim.sub("", text.getvalue()).replace("</style>", style + "</style>", 1)
    # The style of a page does not reach into its pictures, and they know no variables.
    fills = f"\\g<0><style>{palette.fills(dark=False)}</style>"
    out.write(document(re.sub(r"<svg\b[^>]*>", fills, html)))
    return number


def document(page: str, tighter: Callable[[], str] | None = None) -> bytes:
    """A whole page of HTML as the bytes of a PDF; what ``tighter`` makes of it where it takes two
    sheets, and only one then. Raises Failed where the extra is not installed."""
    library = _library()
    from weasyprint.urls import URLFetcher

    def laid_out(text: str) -> Any:
        fetcher = URLFetcher(allowed_protocols=["data"])
        return library.HTML(string=text, url_fetcher=fetcher).render(pdf_variant=_VARIANT)

    sheets = laid_out(page)
    if tighter is not None and len(sheets.pages) == 2:
        closer = laid_out(tighter())
        sheets = closer if len(closer.pages) == 1 else sheets
    made: bytes = sheets.write_pdf(pdf_variant=_VARIANT)
    return made


def _library() -> Any:
    from funnelcli.errors import Failed
    from funnelcli.i18n import _

    try:
        # What it prints where a library of the system is missing is said below.
        with redirect_stdout(StringIO()):
            import weasyprint
    except ImportError as error:
        raise Failed(
            _("PDF is written by an extra that is not installed."),
            _("pip install 'funnelcli[pdf]' installs it; a browser prints what .html holds."),
        ) from error
    except OSError as error:
        raise Failed(
            _("PDF needs Pango, which sets text, and the system has none."),
            _("On Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
        ) from error
    return weasyprint
