"""The page on a phone, in a real browser of that size, against the real server: without network,
delivered twice, two phones, a key that is withdrawn, and a computer that goes away."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from conftest import process_environment
from test_browser import CHROMIUM

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no browser is installed"),
]
driver = pytest.importorskip("playwright.sync_api", reason="no driver of browsers is installed")
pytest.importorskip("segno", reason="the page for the phone is an extra that is not installed")

SIZE = {"width": 390, "height": 844}
# What the page waits for at most.
PATIENCE = 15_000
# Forty words, of a new prospect, as they are dictated in the car.
REPORT = (
    "met Mr Anders at the fair in Kassel, runs a joinery with twelve people, wants solar panels on"
    " the barn before winter, budget 20k, his wife decides, worried about the price,"
    " send offer by 2026-12-11, drove 38 km, 45 min"
)
KEPT = """async () => {
  const database = await new Promise((resolve) => {
    const request = indexedDB.open("funnel");
    request.onsuccess = () => resolve(request.result);
  });
  const all = (name) => new Promise((resolve) => {
    const store = database.transaction(name).objectStore(name);
    const [keys, values] = [store.getAllKeys(), store.getAll()];
    values.onsuccess = () => resolve([keys.result, values.result]);
  });
  return { kept: await all("kept"), reports: await all("reports") };
}"""


class Computer:
    """The computer with the database, whose server is started and ended."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.environment = process_environment(environment)
        self.log = folder / "server.log"
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve, and wait until somebody answers."""
        words = [sys.executable, "-m", "funnelcli", "phone", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                words, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        for _try in range(200):
            with closing(socket.socket()) as asked:
                if asked.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert self.server.poll() is None, self.log.read_text()
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def stop(self) -> None:
        """Go away."""
        if self.server is not None:
            self.server.terminate()
            self.server.wait(20)
            self.server = None

    def funnel(self, *words: str) -> str:
        """What a command prints."""
        done = subprocess.run(
            [sys.executable, "-m", "funnelcli", *words, "--no-input"],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def found(self, *words: str) -> Any:
        """What a command prints as JSON."""
        return json.loads(self.funnel(*words, "--json"))


class Phone:
    """A phone with the page."""

    def __init__(self, context: Any, base: str) -> None:
        self.context = context
        self.base = base
        self.errors: list[str] = []
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: dialog.accept())

    def go(self, screen: str) -> None:
        """Show a screen."""
        self.page.goto(f"{self.base}/#{screen}")

    def sees(self, text: str) -> None:
        """Wait until a text is shown."""
        self.page.get_by_text(text).first.wait_for()

    def pair(self, link: str, name: str = "") -> None:
        """Open the link of the QR code and take it."""
        self.page.goto(link)
        if name:
            self.page.fill("#device", name)
        self.page.locator("button.main").click()
        self.page.locator("#part-today").wait_for()

    def go_to_outbox(self) -> None:
        """Touch the last of the tabs."""
        self.page.locator("nav a").last.click()

    def installed(self) -> None:
        """Wait until the page can do without network."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def kept(self) -> dict[str, Any]:
        """What the device keeps: the names and values, the ids and reports."""
        found: dict[str, Any] = self.page.evaluate(KEPT)
        return found

    def states(self) -> list[str]:
        """How the reports on the device stand."""
        return [report["state"] for report in self.kept()["reports"][1]]


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with two contacts for whom something is due."""
    folder = tmp_path_factory.mktemp("people")
    path = folder / "funnel.db"
    made = Computer({"FUNNEL_DB": str(path), "FUNNEL_CONFIG_DIR": str(folder)}, folder)
    made.funnel(
        *("contact", "add", "Petra Müller", "--phone", "+49 171 2345678"),
        *("--email", "petra@example.com", "--street", "Lange Str. 12", "--town", "Kassel"),
    )
    made.funnel("contact", "add", "<img src=x onerror=alert(1)>")
    made.funnel("next", "Petra", "send offer", "--due", "today")
    made.funnel("next", "--contact", "2", "call", "--due", "today")
    return path


@pytest.fixture
def computer(environment: dict[str, str], tmp_path: Path, people: Path) -> Iterator[Computer]:
    """A computer with the database, which serves."""
    with (
        closing(sqlite3.connect(people)) as source,
        closing(sqlite3.connect(tmp_path / "funnel.db")) as copy,
    ):
        source.backup(copy)
    made = Computer(environment, tmp_path)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with driver.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Any, computer: Computer) -> Iterator[Callable[..., Phone]]:
    """Makes phones; that nothing went wrong in any of them is looked at in the end."""
    made: list[Phone] = []

    def make(**more: Any) -> Phone:
        more = {"viewport": SIZE, "has_touch": True, "is_mobile": True, "locale": "en-GB", **more}
        made.append(Phone(chromium.new_context(**more), f"http://localhost:{computer.port}"))
        return made[-1]

    yield make
    errors = [error for one in made for error in one.errors]
    for one in made:
        one.context.close()
    assert errors == []


def link(computer: Computer) -> str:
    """A pairing link, as the terminal shows it."""
    return computer.funnel("phone", "pair").strip().splitlines()[-1]


def fill_prospect(one: Phone) -> None:
    """Write the report of a new prospect."""
    one.go("new")
    one.page.fill("#name", "Karl Anders")
    one.page.fill("#phone", "0561 998877")
    one.page.fill("#town", "Kassel")
    one.page.fill("#deal", "Solar barn")
    one.page.locator("label", has_text="Met").first.click()
    one.page.fill("#text", REPORT)
    one.page.locator("button.main").click()
    one.page.locator("#part-today").wait_for()


def test_a_report_written_without_network_is_filed_once_and_undone_at_once(
    computer: Computer, phone: Callable[..., Phone]
) -> None:
    one = phone()
    one.pair(link(computer))
    assert "#k=" not in one.page.url
    one.installed()
    computer.stop()
    # The page comes from the device, and so do today's people and their briefs.
    one.page.reload()
    one.sees("Petra Müller")
    one.page.get_by_text("Petra Müller").click()
    one.sees("+491712345678")
    fill_prospect(one)
    assert one.states() == ["queued"]
    one.go("outbox")
    one.sees("not sent yet")
    one.page.reload()
    one.sees("not sent yet")
    computer.start()
    one.page.locator("button", has_text="Send now").click()
    one.sees("filed")
    contacts = computer.found("contact", "list", "anders")
    assert [contact["name"] for contact in contacts] == ["Karl Anders"]
    visits = computer.found("visit", "list")
    assert [(visit["contact"], visit["outcome"]) for visit in visits] == [("Karl Anders", "met")]
    assert [deal["title"] for deal in computer.found("deal", "list")] == ["Solar barn"]
    # What was delivered leaves no words on the phone.
    assert one.kept()["reports"][1][0]["text"] == ""
    computer.funnel("undo")
    assert [computer.found(what, "list") for what in ("visit", "deal")] == [[], []]
    assert computer.found("contact", "list", "anders") == []


def test_a_report_whose_answer_was_lost_is_sent_again_and_filed_once(
    computer: Computer, phone: Callable[..., Phone]
) -> None:
    one = phone(service_workers="block")
    one.pair(link(computer))
    lost = 0

    def lose(route: Any) -> None:
        nonlocal lost
        route.fetch()
        lost += 1
        route.abort()

    one.page.route("**/api/notes", lose)
    one.page.get_by_text("Petra Müller").click()
    one.page.get_by_text("Not met").click()
    one.page.fill("#text", "nobody there, call back on Monday")
    one.page.locator("button.main").click()
    one.page.locator("#queue").wait_for()
    for _try in range(100):
        one.page.wait_for_timeout(50)
        if lost:
            break
    assert one.states() == ["queued"]
    one.page.unroute("**/api/notes")
    one.go("outbox")
    one.page.locator("button", has_text="Send now").click()
    one.sees("had been filed before")
    assert len(computer.found("visit", "list")) == 1


def test_what_was_recognised_is_shown_before_it_is_sent(
    computer: Computer, phone: Callable[..., Phone]
) -> None:
    one = phone()
    one.pair(link(computer))
    one.page.get_by_text("Petra Müller").click()
    ways = [way.get_attribute("href") for way in one.page.locator(".way").all()]
    assert ways[0] == "tel:+491712345678"
    assert ways[1] == f"mailto:{quote('petra@example.com', safe='')}"
    assert ways[2].startswith("https://")
    one.page.locator(".button.met").click()
    driver.expect(one.page.locator("#text")).to_be_focused()
    one.page.fill("#text", "price worry, send offer by 2026-12-11")
    one.page.locator("main dd", has_text="send offer").wait_for()
    assert computer.found("visit", "list") == []
    # What was typed is still there after the phone has put the page away.
    one.page.reload()
    driver.expect(one.page.locator("#text")).to_have_value("price worry, send offer by 2026-12-11")
    one.page.locator("button.main").click()
    one.sees("1 report delivered.")
    steps = computer.found("step", "list")
    assert ("send offer", "2026-12-11") in [(step["what"], step["due"]) for step in steps]
    # A next step alone is no visit.
    one.page.get_by_text("Petra Müller").click()
    one.page.get_by_text("Next step").click()
    one.page.fill("#next", "send the plan")
    one.page.fill("#due", "2026-12-15")
    one.page.locator("button.main").click()
    one.page.locator("#part-today").wait_for()
    one.go("outbox")
    one.sees("step 4")
    steps = computer.found("step", "list")
    assert ("send the plan", "2026-12-15") in [(step["what"], step["due"]) for step in steps]
    assert len(computer.found("visit", "list")) == 1


def test_a_new_prospect_without_a_visit_and_what_is_wrong_is_told_before_it_is_sent(
    computer: Computer, phone: Callable[..., Phone]
) -> None:
    one = phone()
    one.pair(link(computer))
    one.go("new")
    one.page.fill("#name", "Nina Neu")
    one.page.locator("label", has_text="No visit").click()
    one.page.fill("#text", "met her once, wants an offer")
    one.page.fill("#due", "2026-12-15")
    one.page.fill("#email", "nina@neu")
    for said, field, text in (
        ("The next step is missing.", "next", "send an offer"),
        ("That is no e-mail address.", "email", "nina@neu.example"),
    ):
        one.page.locator("button.main").click()
        one.sees(said)
        assert one.page.evaluate("document.activeElement.id") == field
        assert one.states() == []
        one.page.fill(f"#{field}", text)
    one.page.locator("button.main").click()
    one.sees("1 report delivered.")
    assert [one["contact"] for one in computer.found("note", "list")] == ["Nina Neu"]
    assert computer.found("visit", "list") == []
    steps = [(step["what"], step["due"]) for step in computer.found("step", "list")]
    assert ("send an offer", "2026-12-15") in steps
    # Who may be on file already waits, and that is said.
    one.go("new")
    one.page.fill("#name", "Nina Neu")
    one.page.locator("button.main").click()
    one.sees("1 report waits in the tray; the outbox says why.")
    one.go_to_outbox()
    driver.expect(one.page.get_by_text("in the tray")).to_have_count(1)


def test_two_phones_and_a_key_that_is_withdrawn(
    computer: Computer, phone: Callable[..., Phone]
) -> None:
    one, other = phone(), phone(color_scheme="dark")
    one.pair(link(computer), "in the car")
    other.pair(link(computer), "lost")
    assert {each["name"] for each in computer.found("phone", "devices")} == {"in the car", "lost"}
    for each, words in ((one, "met, sunny"), (other, "met, once more")):
        each.page.get_by_text("Petra Müller").click()
        each.page.locator(".button.met").click()
        each.page.fill("#text", words)
        each.page.locator("button.main").click()
        each.sees("1 report delivered.")
    assert len(computer.found("visit", "list")) == 2
    # The other is without network when it is withdrawn: it learns of it when it asks.
    other.context.set_offline(True)
    other.page.get_by_text("Petra Müller").click()
    other.page.locator(".button.met").click()
    other.page.fill("#text", "written by whoever found the phone")
    other.page.locator("button.main").click()
    computer.funnel("phone", "revoke", "lost")
    other.context.set_offline(False)
    other.sees("The key of this phone was withdrawn; its data was erased.")
    driver.expect(other.page.locator("#said")).to_be_empty()
    assert other.kept() == {"kept": [[], []], "reports": [[], []]}
    other.page.reload()
    other.sees("Pair this phone")
    assert len(computer.found("visit", "list")) == 2
    one.page.reload()
    one.sees("Petra Müller")


def test_a_phone_that_is_not_known_any_more_keeps_its_reports(
    computer: Computer, phone: Callable[..., Phone]
) -> None:
    one = phone(service_workers="block")
    one.pair(link(computer))
    one.page.route("**/api/notes", lambda route: route.abort())
    fill_prospect(one)
    # The page is left first: what it is still sending must not be the one that is refused.
    one.page.goto("about:blank")
    # As after a restore of a database of before the pairing.
    refusal = {"error": {"code": "key", "message": "This phone is not paired, or no longer."}}
    one.page.route("**/api/*", lambda route: route.fulfill(status=401, json=refusal))
    one.go("today")
    one.sees("This phone is not paired, or no longer.")
    kept = one.kept()
    assert kept["kept"] == [[], []]
    assert len(kept["reports"][1]) == 1
    one.page.unroute("**/api/*")
    one.page.unroute("**/api/notes")
    one.pair(link(computer))
    one.go("outbox")
    one.sees("filed")
    assert [visit["contact"] for visit in computer.found("visit", "list")] == ["Karl Anders"]


def test_a_code_is_good_once_and_a_wrong_one_is_told(
    computer: Computer, phone: Callable[..., Phone]
) -> None:
    code = link(computer)
    phone().pair(code)
    other = phone()
    other.page.goto(code)
    other.page.locator("button.main").click()
    other.page.locator("[role=alert]:not(:empty)").wait_for()
    assert other.kept()["kept"] == [[], []]


# What a phone's share sheet does, where it takes text files alone.
SHARES = """
navigator.canShare = ({ files }) => files.every((file) => file.name.endsWith(".txt"));
navigator.share = async ({ files }) => {
  const text = await files[0].text();
  sessionStorage.setItem("shared", JSON.stringify([files[0].name, text]));
};
"""


def unlock(one: Phone, file: Path, passphrase: str) -> None:
    """Open a page without a server."""
    one.page.goto("about:blank")
    one.page.goto(file.as_uri())
    one.page.fill("#passphrase", passphrase)
    one.page.locator("button.main").click()


def test_a_page_without_a_server_hands_its_reports_over(
    computer: Computer, phone: Callable[..., Phone], tmp_path: Path
) -> None:
    computer.stop()
    passphrase, file, folder = tmp_path / "passphrase", tmp_path / "day.html", tmp_path / "notes"
    passphrase.write_text("four words nobody says\n")
    folder.mkdir()
    write = ("phone", "--page", str(file), "--passphrase-file", str(passphrase))
    computer.funnel(*write)
    one = phone()
    one.context.add_init_script(SHARES)
    unlock(one, file, "four words somebody says")
    one.sees("This passphrase does not open the page.")
    unlock(one, file, "four words nobody says")
    one.sees("<img src=x onerror=alert(1)>")
    one.page.get_by_text("Petra Müller").click()
    one.page.locator(".button.met").click()
    one.page.fill("#text", "wants it in spring, send offer by 2026-12-11")
    one.page.locator("button.main").click()
    one.sees("1 to be handed over")
    # On the device it is encrypted, too.
    assert "spring" not in json.dumps(one.kept())
    # The page of the next morning has another salt, and what was not handed over yet.
    computer.funnel(*write)
    unlock(one, file, "four words nobody says")
    one.page.locator("#queue").click()
    one.page.get_by_role("button", name="Share").click()
    one.page.get_by_text("handed over", exact=True).wait_for()
    name, text = json.loads(one.page.evaluate("sessionStorage.getItem('shared')"))
    assert name.endswith(".txt")
    (folder / name).write_text(text, encoding="utf-8")
    os.utime(folder / name, (1_700_000_000, 1_700_000_000))
    computer.funnel("inbox", str(folder))
    assert [visit["contact"] for visit in computer.found("visit", "list")] == ["Petra Müller"]
    # Handed over again as another file, and twice: it is one report all the same.
    with one.page.expect_download() as saved:
        one.page.get_by_role("button", name="Save as a file").click()
    for again in ("one.json", "two.json"):
        saved.value.save_as(folder / again)
    for each in folder.iterdir():
        os.utime(each, (1_700_000_000, 1_700_000_000))
    computer.funnel("inbox", str(folder))
    (visit,) = computer.found("visit", "list")
    assert (visit["contact"], visit["outcome"]) == ("Petra Müller", "met")
    # A page with another passphrase says that there is something it cannot open.
    passphrase.write_text("four other words entirely\n")
    computer.funnel(*write)
    unlock(one, file, "four other words entirely")
    one.go_to_outbox()
    one.sees("1 report kept here is sealed with another passphrase.")


SCREENS = ("today", "contact", "report", "new", "search", "numbers", "outbox")


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("de", "dark")])
def test_every_screen_fits_a_thumb_and_reads_well(
    computer: Computer, phone: Callable[..., Phone], language: str, scheme: str
) -> None:
    computer.stop()
    computer.environment |= {"FUNNEL_LANGUAGE": language}
    computer.start()
    one = phone(color_scheme=scheme, bypass_csp=True, service_workers="block")
    one.pair(link(computer))
    # What a person wrote is text.
    one.sees("<img src=x onerror=alert(1)>")
    contact = one.page.locator(".entry", has_text="Petra").get_attribute("href")[1:]
    places = {"contact": contact, "report": contact.replace("contact", "report") + "/met"}
    for screen in SCREENS:
        one.go(places.get(screen, screen))
        if screen == "search":
            one.page.fill("#q", "mueller")
            one.page.locator("#hits a").first.wait_for()
        assert one.page.evaluate("document.documentElement.lang") == language
        assert one.page.evaluate("document.documentElement.scrollWidth") <= SIZE["width"]
        assert one.page.evaluate(SMALL) == [], screen
        assert violations(one.page) == [], screen
    # With letters of twice the size, the tabs still stand side by side.
    one.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert one.page.evaluate(CUT_OFF) == []


CUT_OFF = """() => [...document.querySelectorAll(".tab")]
  .filter((each) => each.scrollWidth > each.clientWidth)
  .map((each) => each.textContent)"""


# What is touched and is smaller than a finger (WCAG 2.2, 2.5.5).
SMALL = """() => [...document.querySelectorAll("a, button, input, textarea")]
  .map((each) => [each.outerHTML.slice(0, 100), each.getBoundingClientRect()])
  .filter(([, box]) => box.height && (box.height < 44 || box.width < 44))
  .map(([said]) => said)"""


def violations(page: Any) -> list[str]:
    """What axe finds that a screen reader, or eyes that see little contrast, would stumble over."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:100]}" for one in found]
