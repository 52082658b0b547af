"""Letters: prices for consumers and firms, confirmations, instructions, templates of one's own."""

from __future__ import annotations

import re
import sys
from decimal import ROUND_HALF_UP, Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conftest import Run
from funnelcli.values.totals import UNIT, WHOLE, Line, gross_lines, gross_list, totals
from test_offers import visible

SENDER = {
    "FUNNEL_SENDER_NAME": "Solar Huber GmbH",
    "FUNNEL_SENDER_STREET": "Sonnenweg 3",
    "FUNNEL_SENDER_TOWN": "80331 München",
    "FUNNEL_SENDER_PHONE": "+49 89 1234",
    "FUNNEL_SENDER_EMAIL": "info@huber.example",
    "FUNNEL_SENDER_TAX_ID": "DE123456789",
    "FUNNEL_SENDER_REGISTER": "Amtsgericht München, HRB 12345",
    "FUNNEL_SENDER_DIRECTORS": "Anna Huber",
    "FUNNEL_SENDER_BANK": "IBAN DE02 7015 0000",
    "FUNNEL_LOCALE": "de_DE",
}
# Quantity in thousandths, price, discount, VAT, list price.
LINES = st.lists(
    st.tuples(
        st.one_of(st.integers(1, 20).map(lambda n: n * UNIT), st.integers(1, 99_999)),
        st.integers(0, 999_999),
        st.sampled_from([0, 250, 3333]),
        st.sampled_from([1900, 700, 810, 0]),
        st.integers(0, 999_999),
    ).map(lambda amounts: Line(*amounts)),
    min_size=1,
    max_size=8,
)


# A part of a piece, whose price would be more than two cents off without a decimal more.
PART = [*[Line(1000, 0, 0, 1900, 0)] * 5, Line(258, 148077, 250, 810, 0)]


@example([*PART, Line(53715, 5000, 3333, 810, 0)], 300)
@given(LINES, st.sampled_from([0, 300, 1250]))
def test_gross_lines_add_up_to_the_gross_amount(lines: list[Line], discount: int) -> None:
    """A consumer's lines add up, rate by rate, to the net sum and its VAT: what they pay is what
    the same offer comes to for a firm."""
    made = totals(lines, discount)
    found = gross_lines(lines, made, discount)
    assert sum(line.amount for line in found) == made.gross
    for tax in made.taxes:
        mine = [f.amount for f, line in zip(found, lines, strict=True) if line.vat == tax.rate]
        assert sum(mine) == tax.net + tax.vat
    for gross, net, line in zip(found, made.lines, lines, strict=True):
        assert abs(gross.amount * WHOLE - net * (WHOLE + line.vat)) < WHOLE
        price = Fraction(gross.price, 10**gross.more)
        exact = Fraction(line.price * (WHOLE + line.vat), WHOLE)
        assert abs(price - exact) <= 2
        part = Fraction(line.quantity, UNIT)
        for off in (line.discount, discount):
            part *= 1 - Fraction(off, WHOLE)
        # What is printed can be checked by hand, and has no more decimals than that takes.
        assert gross.follows == (floor(price * part + Fraction(1, 2)) == gross.amount)
        assert gross.follows or part < 1
        if gross.follows and gross.more:
            fewer = 10 ** (gross.more - 1)
            first, last = ceil((exact - 2) * fewer), floor((exact + 2) * fewer)
            near = (Fraction(one, fewer) for one in range(first, last + 1))
            assert gross.amount not in {floor(one * part + Fraction(1, 2)) for one in near}
        if line.quantity == UNIT and line.discount == discount == 0:
            assert (gross.price, gross.more) == (gross.amount, 0)
    plain = [line._replace(discount=0, list_price=None) for line in lines]
    assert gross_list(plain) == totals(plain).gross


@pytest.fixture
def house(funnel: Run) -> Run:
    """A consumer's deal with an offer of three rates, and a firm's with the same."""
    funnel("contact add 'Frau Eva Roth' --street 'Ring 1' --town Ulm -e eva@roth.example")
    funnel("contact add 'Weber GmbH' -O")
    funnel("deal add House -c 1 --process funnel")
    funnel("deal add Hall -c 2")
    for deal in (1, 2):
        funnel("offer", "add", deal, "--discount", 2)
        funnel("offer", "line", deal, "--text", "Roof", "--price", "9999.99", "--vat", 19)
        funnel("offer", "line", deal, "--text", "Wood", "--price", "9.99", "-n", 3, "--vat", 7)
        funnel("offer", "line", deal, "--text", "Panel", "--price", 100, "--vat", 0)
    return funnel


def test_consumers_read_gross_prices_and_firms_net_ones(house: Run) -> None:
    """§ 3 PAngV: the total with VAT for whoever is no firm; VAT by rate for both."""
    consumer = visible(house("offer print 1 --html --lang de", env=SENDER))
    firm = visible(house("offer print 2 --html --lang de", env=SENDER))
    assert "USt. Brutto" in consumer
    assert "USt. Netto" in firm
    gross = house("offer show 1 --json").json["gross_minor"]
    text = f"{gross // 100 // 1000}.{gross // 100 % 1000:03},{gross % 100:02} €"
    assert f"Gesamtbetrag inkl. USt. {text} darin USt. 19 % auf 9.799,99 € 1.862,00 €" in consumer
    assert "Summe netto 9.927,36 € USt. 19 % auf 9.799,99 € 1.862,00 € USt. 7 % auf" in firm
    assert f"Gesamtbetrag {text}" in firm
    # Said otherwise, for one letter or for all.
    assert "USt. Netto" in visible(house("offer print 1 --html --lang de --prices netto"))
    assert "VAT Gross" in visible(
        house("offer print 2 --html", env={"FUNNEL_OFFER_PRICES": "gross"})
    )
    assert "Gesamtbetrag inkl. USt." in house("offer print 1 --md --lang de")
    house("offer print 1 --prices both", exit=2)


def test_what_a_consumer_reads_can_be_checked_by_hand(house: Run) -> None:
    house("offer add 1")
    for price, more in ((17.33, ""), (34.33, ""), (17.33, "-n 2.5"), (899.99, "-n 3 --discount 5")):
        house("offer", "line", 3, "--text", "Part", "--price", price, "--vat", 19, *more.split())
    said = house("offer print 3 --md --lang de", env=SENDER)
    rows = [row.split("|")[3:-1] for row in said.splitlines() if "| Part |" in row]
    read = [
        [Decimal(re.sub(r"[^\d,]", "", cell).replace(",", ".") or 0) for cell in r] for r in rows
    ]
    for quantity, price, discount, _vat, amount in read:
        exact = quantity * price * (100 - discount) / 100
        assert exact.quantize(Decimal("0.01"), ROUND_HALF_UP) == amount
    assert [price for quantity, price, *_rest in read if quantity == 1] == [
        amount for quantity, *_rest, amount in read if quantity == 1
    ]
    total = house("offer show 3 --json").json["gross_minor"]
    assert sum(row[-1] for row in read) * 100 == total
    assert "Die Beträge sind so gerundet" not in said
    # Where no price close to the real one says so, the letter does.
    house("offer line 3 --text Glue --price 10 -n 0.001 --vat 7")
    house("offer line 3 --text Dust --price 49 -n 0.001 --vat 7")
    house("offer line 3 --text Salt --price 49 -n 0.001 --vat 7")
    for form in ("--md", "--html"):
        assert "Die Beträge sind so gerundet" in house("offer", "print", 3, form, "--lang", "de")


def test_the_foot_has_what_the_law_wants(house: Run) -> None:
    for form in ("--html", "--md"):
        page = house("offer", "print", 1, form, "--lang", "de", env=SENDER)
        for word in ("Amtsgericht München, HRB 12345", "Geschäftsführung: Anna Huber"):
            assert word in page
        assert "USt-IdNr.: DE123456789" in page
    number = {**SENDER, "FUNNEL_SENDER_TAX_ID": "143/123/45678"}
    assert "Steuernr.: 143/123/45678" in house("offer print 1 --html --lang de", env=number)


def test_an_order_is_confirmed_once_it_is_won(house: Run) -> None:
    assert "is not won" in house("letter print confirmation house --md", exit=3).stderr
    house("win 2 --value 12000")
    assert "no offer that was sent" in house("letter print confirmation 2 --md", exit=3).stderr
    house("offer send 1")
    said = house("offer accept 1 --win")
    assert "Confirm the order: funnel letter mail confirmation 1" in said
    said = house("letter print confirmation house --html --lang de", env=SENDER)
    text = visible(said)
    assert "Auftragsbestätigung 2026-0001" in text
    assert re.search(r"vielen Dank für Ihren Auftrag vom \d+\. November 2026,", text)
    assert "kommt der Vertrag zustande. Über Ihr Widerrufsrecht" in text
    assert "freibleibend" not in text
    # With a contract it has the contract's number; the offer's stands beside it.
    house("contract add 1 --number AB-7 --starts 2026-12-01")
    text = visible(house("letter print confirmation 2026-0001 --html --lang de", env=SENDER))
    assert "Auftragsbestätigung AB-7" in text
    assert "Unser Angebot 2026-0001 Beginn 1. Dezember 2026" in text
    house("deal edit 1 --value 1")
    assert "was won for" in house("letter print confirmation 1 --md").stderr


def test_an_instruction_is_the_model_of_the_law_filled_in(house: Run) -> None:
    """Annexes 1 and 2 to article 246a of the EGBGB, by their notes."""

    def said(*more: object, env: dict[str, str] = SENDER) -> str:
        return visible(house("letter", "print", "withdrawal", *more, "--html", env=env))

    services = said(1, "--lang", "de")
    trader = (
        "Solar Huber GmbH, Sonnenweg 3, 80331 München, Telefon: +49 89 1234, info@huber.example"
    )
    assert "binnen vierzehn Tagen ohne Angabe von Gründen diesen Vertrag zu widerrufen" in services
    assert "beträgt vierzehn Tage ab dem Tag des Vertragsabschlusses." in services
    assert f"müssen Sie uns ({trader}) mittels einer eindeutigen Erklärung" in services
    assert "Haben Sie verlangt, dass die Dienstleistungen" in services
    assert "zurückzusenden" not in services
    form = services.partition("Muster-Widerrufsformular (Wenn")[2]
    for word in ("An: Solar Huber GmbH", "Hiermit widerrufe(n) ich/wir (*)", "Unzutreffendes"):
        assert word in form
    goods = said(1, "--lang", "de", "--of", "goods")
    assert "die Waren in Besitz genommen haben bzw. hat." in goods
    assert "Wir können die Rückzahlung verweigern" in goods
    assert "Sie tragen die unmittelbaren Kosten der Rücksendung der Waren." in goods
    assert "Haben Sie verlangt" not in goods
    pickup = {**SENDER, "FUNNEL_WITHDRAWAL_RETURN": "pickup"}
    fetched = said(1, "--lang", "de", "--of", "goods", env=pickup)
    assert "Wir holen die Waren auf unsere Kosten ab." in fetched
    assert "verweigern" not in fetched
    assert "the last lot or piece" in said(1, "--of", "parts")
    # The deal's own period says what it is about, and how long it is.
    house("process edit funnel --withdrawal-days 30 --withdrawal-begins receipt")
    own = said(1, "--lang", "de")
    assert "binnen 30 Tagen" in own
    assert "die Waren in Besitz" in own
    assert "gives no right" in house("letter print withdrawal 2 --md", env=SENDER, exit=3).stderr
    assert "sender_phone" in house("letter print withdrawal 1 --md", exit=3).stderr


def test_own_templates_are_checked_used_and_left_again(
    house: Run, tmp_path: Path, environment: dict[str, str]
) -> None:
    file = tmp_path / "offer.html.j2"
    house("letter", "export", "offer", "-o", file)
    text = file.read_text("utf-8")
    house("letter", "check", file)
    for wrong, told in {
        "{{ nothing }}": "'nothing' is undefined",
        "{% for %}": "Expected an expression",
        "{{ ''.__class__ }}": "access to attribute '__class__' of 'str' object is unsafe",
        "{% include 'x.j2' %}": "there is no template x.j2",
        "{{ picture('../x.png') }}": "../x.png is no picture in templates",
    }.items():
        file.write_text(
            text.replace("\n{% block letter %}\n", f"\n{{% block letter %}}\n{wrong}\n")
        )
        error = house("letter", "check", file, exit=1).stderr
        assert f"{file}:3 cannot be used: {told}" in error
    assert house("letter", "use", file, exit=1).stderr == error
    # One that leaves out what it is for, or shows what is not fetched, is not sound.
    for wrong, told in {
        text.replace('{% include "lines.html.j2" %}', ""): "leaves out the lines",
        "": "leaves out the lines",
        text + '{% block x %}<img src="https://a.example/b.png">{% endblock %}': "",
        text.replace(
            "{{ intro }}", '<img src="https://a.example/b.png">'
        ): "a.example/b.png is not",
        text.replace("{{ intro }}", "<img alt=x src=file:///b.png>"): "file:///b.png is not shown",
        text.replace("{{ intro }}", '<p style="background: url(b.png)">'): "b.png is not shown",
        text.replace("{{ intro }}", '<a href="https://a.example">A</a><img src="data:,">'): "",
    }.items():
        file.write_text(wrong, "utf-8")
        assert told in house("letter", "check", file, exit=1 if told else 0).stderr
    house("letter", "export", "offer", "-o", file, exit=2)
    assert file.read_text("utf-8") == wrong
    other = tmp_path / "wrong.html.j2"
    other.write_text(text, "utf-8")
    assert "--as" in house("letter", "check", other, exit=2).stderr
    house("letter", "check", other, "--as", "offer")
    file.write_text(text.replace("{{ salutation }}", "Servus!"), "utf-8")
    house("letter", "use", file)
    assert "Servus!" in house("offer print 1 --html")
    file.write_text(text.replace("{{ salutation }}", "Grüezi!"), "utf-8")
    kept = re.search(r": (.*offer\.html\.j2\.1)", house("letter", "use", file))
    assert kept
    assert "Servus!" in Path(kept[1]).read_text("utf-8")
    assert [row[0] for row in house("letter list").rows if row[3] == "true"] == ["offer"]
    house("letter use offer --shipped")
    assert "Dear Eva Roth," in visible(house("offer print 1 --html")).replace("Ms ", "Eva ")
    house("letter use offer --shipped", exit=2)
    house("letter", "use", tmp_path / "other.txt", exit=2)
    words = tmp_path / "words.toml"
    words.write_text('[de]\nmail_offer = "Nummer {nummer}"\n', "utf-8")
    assert "de.mail_offer does not know {nummer}" in house("letter", "check", words, exit=1).stderr
    for section, told in {"[enn]": "enn", '[de]\nintroo = "a"': "de.introo"}.items():
        words.write_text(f"{section}\n", "utf-8")
        assert f"the word {told}" in house("letter", "check", words, exit=1).stderr
    words.write_text('[de_AT]\nintro = "a"\n[en.units]\nbarrel = "barrels"\n', "utf-8")
    house("letter", "check", words)
    # A logo beside the templates stands in the head, whole.
    folder = Path(environment["FUNNEL_CONFIG_DIR"]) / "templates"
    (folder / "logo.png").write_bytes(b"\x89PNG")
    assert 'src="data:image/png;base64,iVBORw=="' in house("offer print 1 --html")


@pytest.fixture
def mail(house: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Mail with a PDF that takes no time, and a ``sendmail`` that keeps what it is given."""
    monkeypatch.setattr(
        "funnelcli.render.pdf.document", lambda page, _tighter: b"%PDF " + page.encode()
    )
    program = tmp_path / "sendmail"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/args\ncat > {tmp_path}/mail\n')
    program.chmod(0o700)
    monkeypatch.setenv("FUNNEL_SENDMAIL", str(program))
    for name, value in SENDER.items():
        monkeypatch.setenv(name, value)
    return house


def read(path: Path) -> EmailMessage:
    """A mail from a file."""
    return message_from_bytes(path.read_bytes(), policy=policy.default)  # type: ignore[return-value]


def enclosed(message: EmailMessage) -> dict[str | None, str]:
    """What is attached to a mail, by its name: what a reader of the PDF sees."""
    return {
        part.get_filename(): visible(part.get_content().decode())
        for part in message.iter_attachments()
    }


def test_a_draft_is_written_and_nothing_is_sent(mail: Run, tmp_path: Path) -> None:
    """The draft is as it will be when it is sent; the offer stays one until somebody says so."""
    mail("contact edit 1 --language de")
    before = mail("deal show 1 --json --no-color").json
    mail("offer", "mail", "house", "-o", tmp_path / "draft.eml")
    message = read(tmp_path / "draft.eml")
    assert message["X-Unsent"] == "1"
    assert (message["To"], message["From"]) == (
        "eva@roth.example",
        "Solar Huber GmbH <info@huber.example>",
    )
    assert message["Subject"] == "Unverbindliches Angebot 2026-0001"
    assert not message["Message-ID"]
    body = message.get_body()
    assert body is not None
    assert body.get_content().startswith("Sehr geehrte Frau Roth,\n\nanbei erhalten Sie unser")
    ((name, text),) = enclosed(message).items()
    assert name == "Angebot 2026-0001.pdf"
    assert "Gültig bis" in text
    assert "Entwurf" not in text
    assert mail("deal show 1 --json").json == before
    assert not (tmp_path / "mail").exists()
    mail("offer mail 2026-0001 --sent")
    assert mail("offer show 1 --json").json["status"] == "sent"
    assert [row[1] for row in mail("file list").rows] == ["Angebot 2026-0001.pdf"]
    mail("undo")
    assert mail("deal show 1 --json").json == before


def test_a_mail_is_sent_when_somebody_says_so(mail: Run, tmp_path: Path) -> None:
    """--smtp asks; what went out is on record, and one undo takes that back."""
    before = mail("deal show 1 --json").json
    assert "--yes" in mail("offer mail house --smtp", exit=2).stderr
    asked = mail("offer mail house --smtp", tty=True, stdin="n\n", exit=None)
    assert "Send “Non-binding offer 2026-0001” to eva@roth.example" in asked.stderr
    mail("offer mail house --smtp --dry-run")
    assert not (tmp_path / "mail").exists()
    mail("offer mail house --smtp --yes --to Office@Roth.example")
    assert (tmp_path / "args").read_text().split()[-1] == "Office@Roth.example"
    message = read(tmp_path / "mail")
    assert message["Message-ID"].endswith("@huber.example>")
    assert message["X-Unsent"] is None
    shown = mail("deal show 1 --json").json
    assert shown["offers"][0]["status"] == "sent"
    assert shown["value_minor"] == shown["offers"][0]["net_minor"]
    assert "Mailed to Office@Roth.example: Non-binding offer 2026-0001" in str(shown["story"])
    mail("undo")
    assert mail("deal show 1 --json").json == before
    # Where the mail cannot go out, nothing says that it did.
    (tmp_path / "sendmail").write_text("#!/bin/sh\necho no route >&2; exit 1\n")
    said = mail("offer mail house --smtp --yes", exit=1).stderr
    assert "no route" in said
    assert "nothing is on record" in said
    assert mail("deal show 1 --json").json == before


def test_a_confirmation_takes_the_instruction_along(mail: Run, tmp_path: Path) -> None:
    mail("offer send 1")
    mail("offer accept 1 --win")
    mail("letter", "mail", "confirmation", 1, "-o", tmp_path / "a.eml", "--lang", "de")
    found = enclosed(read(tmp_path / "a.eml"))
    assert list(found) == ["Auftragsbestätigung 2026-0001.pdf", "Widerrufsbelehrung.pdf"]
    # Won without a contract: it is made, and has the day; one undo takes both back.
    assert "funnel contract show 1" in mail("letter mail confirmation 1 --sent")
    contract = mail("contract show 1 --json").json
    assert contract["instruction_on"] == contract["signed_on"]
    mail("undo")
    assert not mail("contract list").rows
    mail("contract add 1")
    mail("letter mail withdrawal 1 --smtp --yes")
    contract = mail("contract show 1 --json").json
    assert contract["instruction_on"] == contract["signed_on"]
    assert [row[4] for row in mail("file list").rows] == ["contract"]


def test_what_needs_the_extra_says_so(
    house: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    for line in ("offer print 1 -o", "deal list -o", "visit print -o", "offer mail 1 -o"):
        words = line.split()
        if "visit" in line:
            house("visit add 1 --said hello")
            words.insert(2, "1")
        said = house(*words, tmp_path / ("a.eml" if "mail" in line else "a.pdf"), exit=1).stderr
        assert "pip install 'funnelcli[pdf]'" in said
    assert "no text" in house("deal list --pdf", tty=True, exit=2).stderr
    assert not list(tmp_path.glob("a.*"))


def test_what_cannot_be_mailed_is_named(house: Run) -> None:
    """Before anything is written: nobody to write to, several offers, options that contradict."""
    house("offer add 1")
    assert "several offers: 2026-0001, 2026-0003" in house("offer mail house", exit=2).stderr
    assert "no e-mail address" in house("offer mail hall", exit=3).stderr
    house("offer mail 2026-0001 --smtp --sent", exit=2)
    house("letter print offer 1 --of goods", exit=2)
    house("contact add 'Kim Lee'")
    house("deal add Shed -c 'Kim Lee'")
    assert "funnel offer add 3" in house("offer mail shed", exit=3).stderr
