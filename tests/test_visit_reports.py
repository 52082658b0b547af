"""Visit reports: written in the editor, where nothing is lost, read and printed."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Clock, Run, process_environment
from funnelcli.actions import drafts
from funnelcli.formats import report_text

Editor = Callable[..., dict[str, str]]


@pytest.fixture
def draft(db: str, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the text of the first visit lies while it is written."""
    with monkeypatch.context() as patch:
        patch.setenv("FUNNEL_CONFIG_DIR", environment["FUNNEL_CONFIG_DIR"])
        return Path(drafts.start(db, "visit") + "1.md")


@pytest.fixture
def editor(tmp_path: Path) -> Editor:
    """An editor that runs Python on ``text``, the text of the file; ``end`` runs at the end."""

    def make(change: str, end: str = "") -> dict[str, str]:
        script = tmp_path / "an editor.py"
        script.write_text(
            "import os, sys\npath = sys.argv[-1]\ntext = open(path, encoding='utf-8').read()\n"
            f"{change}\nopen(path, 'w', encoding='utf-8').write(text)\n{end}\n",
            encoding="utf-8",
        )
        return {"VISUAL": "", "EDITOR": f"'{sys.executable}' '{script}' --wait"}

    return make


@pytest.fixture
def visit(funnel: Run) -> Run:
    funnel("contact", "add", "Petra Müller")
    funnel("deal add 'Solar roof' -c 1 --at 2026-11-01")
    funnel("log petra 'likes the roof' --at '2026-11-24 08:00' -t 30m")
    return funnel


def put(heading: str, text: str) -> str:
    return f"text = text.replace('## {heading}\\n', '## {heading}\\n\\n' + {text!r} + '\\n')"


def head(key: str, value: str) -> str:
    return f"import re; text = re.sub(r'(?m)^{key}:.*$', {f'{key}: {value}'!r}, text)"


def shown(funnel: Run) -> dict[str, object]:
    record: dict[str, object] = funnel("visit show 1 --json").json
    return record


# The editor ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["", "   "])
def test_a_visit_is_not_logged_with_empty_words(visit: Run, words: str) -> None:
    before = visit("visit list --json").json
    assert "no words" in visit("log", "petra", words, exit=2).stderr
    assert visit("visit list --json").json == before


def test_the_whole_report_is_edited(visit: Run, editor: Editor, draft: Path) -> None:
    changes = [
        put("Agreed", "- [ ] send a sample, by Friday\n- [x] shook hands"),
        put("Needs", "enough\npower"),
        head("Mood", "4"),
        head("Goal reached", "partly"),
        head("Expenses", "12.50 EUR"),
        head("Travel", "1h"),
        head("Duration", "45 min"),
    ]
    out = visit("visit", "edit", 1, tty=True, env=editor("\n".join(changes)))
    assert "changed minutes, goal reached, mood, travel,\nexpenses, agreed, needs" in out
    assert "Next: send a sample, due Fri Nov 27" in out
    report = shown(visit)
    assert report["said"] == "likes the roof"
    assert report["needs"] == "enough\npower"
    assert (report["mood"], report["goal_reached"], report["minutes"]) == (4, "partly", 45)
    assert (report["expenses_minor"], report["expenses_currency"]) == (1250, "EUR")
    assert [step["what"] for step in report["steps"]] == ["send a sample"]  # type: ignore[attr-defined]
    assert os.listdir(draft.parent) == []
    visit("undo")
    assert shown(visit)["needs"] is None
    assert visit("step", "list", "--json").json == []


def test_what_was_agreed_makes_its_steps_once(visit: Run, editor: Editor) -> None:
    visit("visit", "edit", 1, tty=True, env=editor(put("Agreed", "- [ ] send it")))
    more = "text = text.replace('- [ ] send it', '- [ ] send it\\n- [ ] call, by +2d')"
    out = visit("visit", "edit", 1, tty=True, env=editor(more))
    assert "Next: call, due Thu Nov 26" in out
    assert [step["what"] for step in visit("step", "list", "--json").json] == ["call", "send it"]


def test_nothing_changed_and_everything_deleted_change_nothing(
    visit: Run, editor: Editor, draft: Path
) -> None:
    before = shown(visit)
    for change in ("", "text = ''", "text += '\\n\\n'"):
        assert "nothing changed" in visit("visit", "edit", 1, tty=True, env=editor(change))
        assert shown(visit) == before
    assert os.listdir(draft.parent) == []


def test_a_broken_template_is_refused_whole_with_every_line(
    visit: Run, editor: Editor, draft: Path
) -> None:
    changes = [put("Needs", "power"), head("Mood", "9"), "text += '## Saying\\n\\nfoo\\n'"]
    changes.append("text = text.replace('Outcome:', 'Outcome: foo#')")
    refused = visit("visit edit 1", tty=True, stdin="n\n", env=editor("\n".join(changes)), exit=2)
    assert "Mood cannot be 9" in refused.stderr
    assert "Saying is no field or heading of a report" in refused.stderr
    assert "Outcome cannot be foo#" in refused.stderr
    assert "line 12:" in refused.stderr
    path = draft
    assert str(path) in refused.stderr
    assert "`funnel visit edit 1 --continue`" in refused.stderr
    assert "power" in path.read_text(encoding="utf-8")
    assert shown(visit)["needs"] is None


def test_after_a_refusal_one_may_go_on_at_once(visit: Run, editor: Editor) -> None:
    change = (
        "text = text.replace('Mood: 9', 'Mood: 5') if 'Mood: 9' in text"
        " else text.replace('Mood:', 'Mood: 9')"
    )
    visit("visit", "edit", 1, tty=True, stdin="\n", env=editor(change))
    assert shown(visit)["mood"] == 5


def test_the_text_survives_when_the_editor_dies(visit: Run, editor: Editor, draft: Path) -> None:
    dies = editor(put("Needs", "more power"), "os.kill(os.getpid(), 9)")
    failed = visit("visit", "edit", 1, tty=True, env=dies, exit=1)
    path = draft
    assert str(path) in failed.stderr
    assert path.stat().st_mode & 0o777 == 0o600
    # It is not overwritten by beginning again.
    again = visit("visit", "edit", 1, tty=True, env=editor("text = 'gone'"), exit=3)
    assert "unfinished text" in again.stderr
    assert "more power" in path.read_text(encoding="utf-8")
    visit("visit", "edit", "--continue", tty=True, env=editor(put("Goal", "win")))
    report = shown(visit)
    assert (report["needs"], report["goal"]) == ("more power", "win")
    assert os.listdir(draft.parent) == []


def test_going_on_keeps_what_was_changed_elsewhere(visit: Run, editor: Editor) -> None:
    visit("visit", "edit", 1, tty=True, exit=1, env=editor(put("Needs", "power"), "sys.exit(3)"))
    visit("visit edit 1 --set mood=2")
    visit("visit edit 1 --continue", tty=True, env=editor(""))
    assert (shown(visit)["needs"], shown(visit)["mood"]) == ("power", 2)


def test_an_editor_that_dies_before_a_word_leaves_nothing(
    visit: Run, editor: Editor, draft: Path
) -> None:
    visit("visit", "edit", 1, tty=True, env=editor("", "sys.exit(1)"), exit=1)
    assert os.listdir(draft.parent) == []
    missing = visit("visit", "edit", 1, tty=True, env={"EDITOR": "/no/such/editor"}, exit=1)
    assert "cannot be run" in missing.stderr
    bad = visit("visit", "edit", 1, tty=True, env={"EDITOR": "'open quote"}, exit=2)
    assert "EDITOR" in bad.stderr
    assert os.listdir(draft.parent) == []


def test_the_text_survives_a_full_disk(
    visit: Run, editor: Editor, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from funnelcli.actions import visits

    def full(*_args: object) -> list[str]:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(visits, "edit", full)
        failed = visit("visit", "edit", 1, tty=True, env=editor(put("Needs", "power")), exit=1)
    assert "disk is full" in failed.stderr
    assert str(draft) in failed.stderr
    visit("visit edit 1 --continue", tty=True, env=editor(""))
    assert shown(visit)["needs"] == "power"


def test_a_disk_too_full_for_the_template_changes_nothing(
    visit: Run, editor: Editor, draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        failed = visit("visit", "edit", 1, tty=True, env=editor(put("Needs", "x")), exit=1)
    assert "No space left on device" in failed.stderr
    assert os.listdir(draft.parent) == []


def test_several_unfinished_texts_are_named(visit: Run, editor: Editor) -> None:
    visit("log", "petra", "again")
    for number in (1, 2):
        dies = editor(put("Needs", "power"), "sys.exit(1)")
        visit("visit", "edit", number, tty=True, env=dies, exit=1)
    several = visit("visit", "edit", "--continue", tty=True, exit=2)
    assert "1, 2" in several.stderr


def test_without_a_terminal_options_are_asked_for(visit: Run) -> None:
    assert "terminal" in visit("visit", "edit", 1, exit=2).stderr
    visit("visit edit 1 --no-input", tty=True, exit=2)
    assert "no unfinished text" in visit("visit", "edit", "--continue", exit=4).stderr


def test_a_german_template_is_read(visit: Run, editor: Editor) -> None:
    change = "text = text.replace('## Needs', '## Bedarf\\n\\nStrom')"
    visit("visit", "edit", 1, tty=True, env=editor(change))
    assert shown(visit)["needs"] == "Strom"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
def test_in_a_real_terminal_an_interrupt_is_the_editors(
    visit: Run, editor: Editor, environment: dict[str, str]
) -> None:
    """The editor sends the whole group an interrupt, as Ctrl-C does, and saves all the same."""
    import pty

    end = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); os.killpg(0, 2)"
    settings = {**editor(put("Needs", "power"), end), "TERM": "xterm"}
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(  # noqa: S606 - the program itself
            sys.executable,
            [sys.executable, "-m", "funnelcli", "visit", "edit", "1"],
            {**process_environment(environment), **settings},
        )
    out = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        out += part
    _pid, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0, out.decode()
    assert shown(visit)["needs"] == "power"


# The text -----------------------------------------------------------------------------------------

LINES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20)
TEXTS = st.lists(LINES | st.sampled_from(["## Needs", "\\## x", "---", "# y"]), max_size=6)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["said", "needs", "agreed"]), TEXTS))
def test_a_text_comes_back_as_it_was(texts: dict[str, list[str]]) -> None:
    joined = {name: "\n".join(lines).strip("\n").rstrip() for name, lines in texts.items()}
    written = report_text.write([("outcome", "met")], joined.items(), ["note"])
    found = report_text.read(written, {}, strict=True)
    assert found.problems == []
    assert found.texts == joined
    assert found.header == {"outcome": "met"}
    assert report_text.read(written.replace("\n", "\r\n"), {}, strict=True).texts == joined


@given(st.text(max_size=200), st.booleans())
def test_no_text_crashes_the_reader(text: str, strict: bool) -> None:
    report_text.read(text, {}, strict=strict)


# Late, shown and printed --------------------------------------------------------------------------


def test_a_late_report_is_marked_for_good(visit: Run, clock: Clock) -> None:
    out = visit("log petra x --at '2026-11-22 09:00'")
    assert "more than 24 hours" in out.stderr
    visit("log petra x --at '2026-11-23 08:30' -t 1h")
    assert [v["id"] for v in visit("visit", "list", "is:late", "--json").json] == [2]
    visit("visit edit 2 --at 2026-11-24")
    assert [v["id"] for v in visit("visit", "list", "is:late", "--json").json] == [2]
    assert "written Nov 24, 2026 09:00" in visit("visit", "show", 2, "--md")


def test_an_attempt_is_no_contact(visit: Run) -> None:
    before = visit("contact show 1 --json").json["last_contact_at"]
    visit("log", "petra", "nicht da")
    assert visit("contact", "show", 1, "--json").json["last_contact_at"] == before


@pytest.fixture
def full(visit: Run) -> Run:
    visit("visit edit 1 --set 'agreed=- [ ] send <b>it</b>, by fri' --set mood=4")
    visit("visit", "edit", 1, "--set", "needs=much\npower", "--set", "goal=win the roof")
    return visit


def test_a_report_prints_as_markdown_and_html(full: Run, tmp_path: Path) -> None:
    printed = full("visit", "print", 1)
    assert printed.startswith("## Visit report: Petra Müller, Nov 24, 2026")
    assert "- **Goal:** win the roof" in printed
    assert "## Needs\n\nmuch\\\npower\n" in printed
    assert "send" in printed.partition("## Next steps")[2]
    page = full("visit print 1 --html")
    assert page.startswith("<!doctype html>")
    assert "&lt;b&gt;it&lt;/b&gt;" in page
    assert "<b>it" not in page
    full("visit", "print", 1, "-o", tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page
    full("log", "petra", "second")
    both = full("visit print 1 2 1")
    assert both.count("## Visit report") == 2


def test_a_report_shows_in_every_form(full: Run) -> None:
    assert "Needs" in full("visit", "show", 1, tty=True, width=40)
    assert full("visit", "show", 1).rows[0] == ["visit", "id", "1"]
    assert "<dt>Mood</dt><dd>4</dd>" in full("visit", "show", 1, "--html")
    record = full("visit show 1 --json").json
    assert [step["due"] for step in record["steps"]] == ["2026-11-27"]
    full("visit", "show", 9, exit=4)


def test_the_options_of_edit(visit: Run) -> None:
    visit("visit edit 1 --outcome declined --deal none -t 1h")
    report = shown(visit)
    assert (report["outcome"], report["deal_id"], report["minutes"]) == ("declined", None, 60)
    visit("visit edit 1 --set foo=1", exit=2)
    visit("visit edit 1 --set mood", exit=2)
    visit("visit edit 1 --continue --outcome met", exit=2)
    visit("visit", "edit", exit=2)


def test_a_day_of_what_was_agreed_that_contradicts_itself_is_said(funnel: Run) -> None:
    """The third of January is a Sunday; the day is left alone, and that is said."""
    funnel("contact add Ada")
    line = "- [ ] Montag 3.1. anrufen"
    said = funnel("log", "Ada", "met", "--set", f"agreed={line}")
    assert "left alone" in said.stderr
    assert "3.1." in said.stderr
    assert [step["due"] for step in funnel("step list --json").json] == [None]
    again = funnel("visit", "edit", "1", "--set", "agreed=- [ ] Dienstag 4.1. mailen")
    assert "left alone" in again.stderr
    right = funnel("visit", "edit", "1", "--set", "agreed=- [ ] Montag 4.1. mailen")
    assert "left alone" not in right.stderr


@pytest.mark.parametrize("at", ["yesterday 2pm", "gestern 14 Uhr", "yesterday at 14:00"])
def test_the_time_of_a_visit_is_taken_in_every_form(visit: Run, at: str) -> None:
    visit("visit", "edit", 1, "--at", at)
    assert visit("visit show 1 --json").json["starts"] == "14:00"


def test_a_visit_that_turns_out_to_be_long_ago_was_reported_late(visit: Run) -> None:
    visit("visit edit 1 --at '2026-11-23 08:30' -t 1h")
    assert visit("visit list is:late --json").json == []
    visit("visit edit 1 --at '2026-11-22 16:30'")
    assert [v["id"] for v in visit("visit list is:late --json").json] == [1]
