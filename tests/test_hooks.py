"""Hooks: the user's own programs before and after what happens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import Dump, Run, process_environment
from funnelcli.actions.hooks.events import EVENTS
from funnelcli.nouns import words

posix = pytest.mark.skipif(os.name == "nt", reason="shell scripts")
pytestmark = posix
Hook = Callable[..., Path]
KEEP = (
    'cat > "$FUNNEL_HOOK.$$.json"; mv "$FUNNEL_HOOK.$$.json" "../told/$(ls ../told | wc -l).json"'
)


@pytest.fixture
def hooks(environment: dict[str, str]) -> Path:
    """The folder of hooks, and one beside it for what they were told."""
    folder = Path(environment["FUNNEL_CONFIG_DIR"])
    (folder / "hooks").mkdir(parents=True)
    (folder / "told").mkdir()
    return folder / "hooks"


@pytest.fixture
def hook(hooks: Path) -> Hook:
    """Put a shell script there."""

    def put(name: str, script: str = KEEP, mode: int = 0o700) -> Path:
        path = hooks / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(mode)
        return path

    return put


@pytest.fixture
def told(hooks: Path) -> Callable[[], list[dict[str, Any]]]:
    """What hooks were told since the last time."""

    def read() -> list[dict[str, Any]]:
        found = []
        for path in sorted((hooks.parent / "told").iterdir(), key=lambda one: int(one.stem)):
            found.append(json.loads(path.read_text(encoding="utf-8")))
            path.unlink()
        return found

    return read


Told = Callable[[], list[dict[str, Any]]]


@pytest.mark.long
def test_what_happens_is_told_whatever_command_it_was(funnel: Run, hook: Hook, told: Told) -> None:
    """Each event is told with the record before and after, as --json has it."""
    for event in words.HOOK_EVENT:
        hook(f"after-{event}.sh")

    def happened(line: str) -> list[str]:
        funnel(line)
        return [one["event"] for one in told()]

    assert happened("contact add 'Anna Muster'") == ["contact-added"]
    assert happened("contact edit 1 --town Köln") == ["contact-changed"]
    assert happened("contact edit 1 --tag vip") == ["contact-changed"]
    assert happened("contact edit 1 --town Köln") == []
    assert happened("deal add Roof --contact Anna --value 12k") == ["deal-added"]
    assert happened("deal edit 1 --value 13k") == ["deal-changed"]
    funnel("contact add Bo")
    told()
    assert happened("deal people 1 add Bo --role champion") == ["deal-changed"]
    assert happened("deal people 1 edit Bo --role decider") == ["deal-changed"]
    assert happened("deal people 1 remove Bo") == ["deal-changed"]
    assert happened("advance 1") == ["deal-changed", "deal-stage-changed"]
    assert happened("log 1 'talked about it' --no-recognise") == ["visit-logged"]
    assert happened("next 1 'call back'") == []
    assert happened("done 1") == ["step-done"]
    assert happened("offer add 1") == []
    assert happened("offer line 2026-0001 --text Roof --price 10k --vat 19") == []
    assert "offer-sent" in happened("offer send 2026-0001")
    assert happened("offer accept 2026-0001")[-1] == "offer-accepted"
    assert "deal-won" in happened("win 1")
    assert "deal-reopened" in happened("reopen 1 --reason mistake")
    assert "deal-lost" in happened("lose 1 --reason price")
    funnel("reopen 1")
    told()
    funnel("win 1 --value 20k")
    (won,) = [one for one in told() if one["event"] == "deal-won"]
    assert won["hook"] == "after-deal-won.sh"
    assert (won["moment"], won["test"]) == ("after", False)
    assert won["command"] == "funnel win 1 --value 20k"
    assert (won["before"]["status"], won["after"]["status"]) == ("open", "won")
    assert won["after"] == funnel("deal list --json").json[0]
    # What takes back, or is only tried, is told to nobody.
    for line in ("undo", "redo", "deal edit 1 --title Dach --dry-run", "win 1"):
        funnel(line, exit=None)
    assert told() == []
    assert [*EVENTS] == [*words.HOOK_EVENT]


def test_a_hook_before_forbids_with_its_last_line(
    funnel: Run, hook: Hook, state: Callable[[], Dump]
) -> None:
    """The command changes nothing, and says why; hooks can be left out."""
    funnel("deal add Roof --value 12k")
    hook(
        "before-deal-won",
        "echo looking >&2; printf '\\033[31mno \\033]0;x\\007contract\\n' >&2\nexit 9",
    )
    before = state()
    refused = funnel("win 1", exit=3)
    assert refused.stderr.splitlines()[0] == (
        "Error: The hook before-deal-won forbids it: [31mno ]0;xcontract."
    )
    assert "--no-hooks" in refused.stderr
    assert state() == before
    body = json.loads(funnel("win 1 --json", exit=3).stderr.splitlines()[-1])
    assert body["error"]["code"] == "refused"
    assert len(funnel("history --json").json) == 1
    assert "was left without" in funnel("win 1 --no-hooks").stderr
    funnel("undo")
    funnel("win 1", env={"FUNNEL_NO_HOOKS": "1"})
    funnel("undo")
    funnel("config set no_hooks true")
    assert "leaves all of them out" in funnel("hooks list", tty=True)
    funnel("win 1")


def test_a_hook_before_changes_fields_as_if_they_were_typed(
    funnel: Run, hook: Hook, state: Callable[[], Dump]
) -> None:
    """Fields that edit takes, read as edit reads them; the rest refuses the command."""
    funnel("contact add 'Anna Muster'")
    funnel("deal add Roof --contact 1 --value 12k")
    path = hook(
        "before-deal-stage-changed",
        """echo '{"set": {"value": "15.5k", "tags": ["a", "b"], "expected_close": "fri"}}'""",
    )
    no = hook("before-deal-stage-changed-z", "echo No. >&2; exit 1")
    forbidden = funnel("advance 1", exit=3).stderr
    assert "forbids it" in forbidden
    assert "Roof: changed" not in forbidden
    no.unlink()
    assert "before-deal-stage-changed: Roof: changed" in funnel("advance 1").stderr
    deal = funnel("deal list --json").json[0]
    assert (deal["value"], deal["tags"]) == (15500, ["a", "b"])
    assert deal["expected_close"] == "2026-11-27"
    assert len(funnel("history --json").json) == 3
    funnel("undo")
    assert funnel("deal list --json").json[0]["value"] == 12000
    before = state()
    for answer, message, code in (
        ('{"set": {"status": "won"}}', "may not change status", 1),
        ('{"set": {"db": "x.db"}}', "may not change db", 1),
        ('{"set": {"value": "lots"}}', "before-deal-stage-changed: ", 2),
        ('{"set": {"value": {"a": 1}}}', "cannot be", 2),
        ('{"sets": 1}', "is no answer", 1),
        ('{"changes": [{"id": 7, "set": {}}]}', "is no answer", 1),
        ("hello", "is no answer", 1),
    ):
        path.write_text(f"#!/bin/sh\necho '{answer}'\n", encoding="utf-8")
        assert message in funnel("advance 1", exit=code).stderr
    assert state() == before
    # Fields of one's own; a number as it is, whatever the locale.
    funnel("field add deal region --type choice --values north,south")
    funnel("field add deal checked --type yes_no")
    path.write_text(
        """#!/bin/sh
echo '{"set": {"value": 1234.5, "fields": {"region": "north", "checked": true}}}'
""",
        encoding="utf-8",
    )
    funnel("advance 1", env={"FUNNEL_LOCALE": "de_DE"})
    deal = funnel("deal list --json").json[0]
    assert (deal["value"], deal["fields"]) == (1234.5, {"region": "north", "checked": True})
    path.write_text("""#!/bin/sh\necho '{"set": {"fields": {"area": 1}}}'\n""", encoding="utf-8")
    assert "It may change: checked, region." in funnel("back 1 --reason x", exit=1).stderr
    # A flag and nothing at all.
    hook("before-contact-changed", """echo '{"set": {"do_not_contact": true, "town": null}}'""")
    funnel("contact edit 1 --town Köln --note x", exit=None)
    funnel("contact edit 1 --town Köln")
    contact = funnel("contact list --json").json[0]
    assert (contact["do_not_contact"], contact["town"]) == (True, None)


def test_several_hooks_run_in_the_order_of_their_names(funnel: Run, hook: Hook, told: Told) -> None:
    """Each sees what the one before it has left; one that says no keeps the others from running."""
    hook("before-deal-added-20.sh")
    hook("before-deal-added-10", """echo '{"set": {"product": "panels"}}'""")
    hook("before-deal-added.sample", "exit 1")
    hook("before-deal-added-30.sh~", "exit 1")
    hook("after-deal-added.sh", f'{KEEP}; [ "$FUNNEL_NO_HOOKS" = true ]')
    funnel("deal add Roof")
    first, last = told()
    assert (first["hook"], last["hook"]) == ("before-deal-added-20.sh", "after-deal-added.sh")
    assert first["before"] is None
    assert first["after"]["product"] == last["after"]["product"] == "panels"
    hook("before-deal-added-15", "exit 1")
    assert "before-deal-added-15 forbids it." in funnel("deal add Shed", exit=3).stderr
    assert told() == []


def test_what_fails_after_the_fact_is_said_and_no_more(funnel: Run, hook: Hook) -> None:
    """The change stands, and the exit code is its own."""
    hook("after-deal-added-1", "echo gone wrong >&2; exit 7")
    hook("after-deal-added-2", "kill -9 $$")
    hook("after-deal-added-3", "exit 0", mode=0o600)
    hook("after-deal-added-4").write_text("no program", encoding="utf-8")
    hook("after-deal-added-6").write_text("#!/no/shell\r\n", encoding="utf-8")
    hook("after-deal-added-5", "echo '{' ; echo well done >&2")
    told = funnel("deal add Roof --json")
    assert told.json["title"] == "Roof"
    for text in (
        "after-deal-added-1: gone wrong",
        "Warning: The hook after-deal-added-1 failed (7).",
        "Warning: The hook after-deal-added-2 was ended by a signal (9).",
        "Warning: The hook after-deal-added-3 cannot be run: it is not executable: chmod +x.",
        "Warning: The hook after-deal-added-4 cannot be run: its first line names no program (#!).",
        "after-deal-added-6 cannot be run: the program that its first line names (#!) is not",
        "after-deal-added-5: well done",
    ):
        assert text in told.stderr


@pytest.mark.sqlite("a folder beside the file")
def test_only_what_nobody_else_could_have_put_there_is_run(
    funnel: Run, hook: Hook, hooks: Path, db: str
) -> None:
    """A hook that others may write to is not run, and before a change that refuses the change."""
    path = hook("before-deal-added", "exit 0", mode=0o722)
    refused = funnel("deal add Roof", exit=1)
    assert "others may write to" in refused.stderr
    path.chmod(0o700)
    hooks.chmod(0o777)
    assert "others may write to" in funnel("deal add Roof", exit=1).stderr
    hooks.chmod(0o755)
    funnel("deal add Roof")
    beside = Path(db).parent / "script"
    path.rename(beside)
    path.symlink_to(beside)
    assert "beside the database" in funnel("deal add Shed", exit=1).stderr
    path.unlink()
    path.symlink_to(hooks / "nothing")
    assert "no such file" in funnel("deal add Shed", exit=1).stderr
    path.unlink()
    hook("before-deal-wonn")
    listed = {one["name"]: one for one in funnel("hooks list --json").json}
    assert not listed["before-deal-wonn"]["ready"]
    funnel("deal add Shed")


@pytest.mark.long
def test_a_batch_asks_for_each_line_and_an_edit_of_many_in_one_call(
    funnel: Run, hook: Hook, told: Told, tmp_path: Path
) -> None:
    """A line that is forbidden fails alone; of more than twenty records there is one call."""
    hook("before-deal-added", "grep -q Shed && echo no sheds >&2 && exit 1; exit 0")
    hook("after-deal-added.sh")
    file = tmp_path / "lines.txt"
    file.write_text("deal add Roof\ndeal add Shed\ndeal add Barn\n")
    done = [json.loads(line) for line in funnel("batch", file, exit=6).lines]
    assert [one["ok"] for one in done] == [True, False, True]
    assert "no sheds" in done[1]["error"]["message"]
    assert [(one["after"]["title"], one["command"]) for one in told()] == [
        ("Roof", "funnel deal add Roof"),
        ("Barn", "funnel deal add Barn"),
    ]
    funnel("batch", file, "--atomic", exit=3)
    file.write_text("deal add Shed --no-hooks\n")
    assert "as a whole" in funnel("batch", file, exit=2)
    file.write_text("deal add Shed\n")
    funnel("batch", file, "--no-hooks")
    funnel("undo")
    file.write_text("deal add Roof\ndeal add Shed\n")
    funnel("batch", file, "--atomic", exit=3)
    assert (told(), len(funnel("deal list --json").json)) == ([], 2)
    file.write_text("".join(f"deal add Yard{n}\n" for n in range(21)))
    funnel("batch", "-q", file)
    (call,) = told()
    assert (call["count"], len(call["ids"]), call["command"]) == (21, 21, f"funnel batch -q {file}")
    hook("before-deal-changed", """echo '{"changes": [{"id": 5, "set": {"product": "p"}}]}'""")
    hook("after-deal-changed.sh")
    funnel("deal edit title:yard --value 5k -y")
    (call,) = told()
    assert {one["after"]["value"] for one in call["changes"]} == {5000}
    assert [one["after"]["product"] for one in call["changes"]].count("p") == 1
    assert {one["before"]["value"] for one in call["changes"]} == {None}


def test_an_import_is_told_once_with_its_counts(
    funnel: Run, hook: Hook, told: Told, tmp_path: Path
) -> None:
    """Not once for each row; it can be forbidden too."""
    hook("after-deal-added.sh")
    hook("after-import-done.sh")
    file = tmp_path / "deals.csv"
    file.write_text("title,contact,value\nRoof,Anna Muster,5000\nShed,Otto Zander,100\n")
    funnel("import", "deals", file)
    (call,) = told()
    assert call["event"] == "import-done"
    assert call["counts"]["deal"] == {"added": 2, "changed": 0}
    assert call["counts"]["contact"]["added"] == 2
    funnel("undo")
    hook("before-import-done", "echo not now >&2; exit 1")
    assert "not now" in funnel("import", "deals", file, exit=3).stderr
    assert (told(), funnel("deal list --json").json) == ([], [])
    hook("before-import-done", """echo '{"set": {"value": 1}}'""")
    assert "is no answer" in funnel("import", "deals", file, exit=1).stderr


def test_a_note_of_the_inbox_that_is_forbidden_stays_there(
    funnel: Run, hook: Hook, told: Told, tmp_path: Path
) -> None:
    """The others are filed."""
    funnel("contact add 'Anna Muster'")
    hook("before-visit-logged", "grep -q secret && echo no secrets >&2 && exit 1; exit 0")
    hook("after-visit-logged.sh")
    folder = tmp_path / "notes"
    folder.mkdir()
    for name, text in (("a.txt", "a secret"), ("b.txt", "talked about the roof")):
        (folder / name).write_text(f"Anna Muster\n\n{text}\n", encoding="utf-8")
        os.utime(folder / name, (1_700_000_000, 1_700_000_000))
    rows = funnel("inbox", folder, "--json", exit=None).json
    assert {row["file"]: row["state"] for row in rows} == {"a.txt": "left", "b.txt": "filed"}, (
        told()
    )
    assert [one["after"]["contact"] for one in told()] == ["Anna Muster"]
    assert (folder / "a.txt").exists()


@pytest.mark.long
def test_a_hook_that_takes_too_long_is_killed_with_its_children(
    funnel: Run, hook: Hook, hooks: Path
) -> None:
    """Before a change that refuses it; what a hook leaves in the background does not hold it up."""
    limit = {"FUNNEL_HOOK_SECONDS": "1"}
    hook("before-deal-added", "sleep 60 & echo $! > ../child; wait")
    begun = time.monotonic()
    late = funnel("deal add Roof", env=limit, exit=1)
    assert time.monotonic() - begun < 5
    assert "took longer than 1 second" in late.stderr
    child = int((hooks.parent / "child").read_text())
    for _try in range(50):
        try:
            if Path(f"/proc/{child}/stat").read_text().split()[2] == "Z":
                break
            os.kill(child, 0)
        except (OSError, ProcessLookupError):
            break
        time.sleep(0.05)
    else:
        raise AssertionError("the child runs on")
    hook("before-deal-added", "sleep 3 & exit 0")
    hook("after-deal-added", "yes | head -c 5000000; yes >&2 | head -c 10; exec sleep 60")
    begun = time.monotonic()
    funnel("deal add Roof", env=limit)
    assert time.monotonic() - begun < 5


def test_all_hooks_before_a_commit_have_a_time_together(
    funnel: Run, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others wait for the database meanwhile, and are not to wait in vain."""
    from funnelcli.cli import hooking
    from funnelcli.db.waiting import BUSY_SECONDS

    assert hooking.BEFORE_SECONDS <= BUSY_SECONDS / 2
    hook("before-deal-added-1", "exit 0")
    hook("before-deal-added-2", "exit 0")
    funnel("deal add Roof")
    monkeypatch.setattr(hooking, "BEFORE_SECONDS", 1e-9)
    hook("before-deal-added-1", "sleep 0")
    late = funnel("deal add Shed", exit=1).stderr
    assert "took longer than" in late or "take longer than" in late


@pytest.mark.long
def test_an_interrupt_ends_a_hook_after_the_fact_and_not_the_command(
    hook: Hook, hooks: Path, environment: dict[str, str]
) -> None:
    """What is stored is stored, and what is to be said of it is said; before that it is none."""
    hook("after-deal-added", "touch ../begun; exec sleep 60")
    for moment, code, said in (
        ("after", 0, "the change is stored"),
        ("before", 130, "nothing was"),
    ):
        process = subprocess.Popen(
            [sys.executable, "-m", "funnelcli", "deal", "add", moment],
            env=process_environment(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        begun = hooks.parent / "begun"
        for _try in range(400):
            if begun.exists():
                break
            time.sleep(0.02)
        begun.unlink()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, said in err) == (code, True), err
        assert (moment in out) == (moment == "after")
        hook("before-deal-added", "touch ../begun; exec sleep 60")


def test_hooks_are_tried_on_a_sample_and_on_a_record(
    funnel: Run, hook: Hook, told: Told, state: Callable[[], Dump]
) -> None:
    """What would be sent, what the hook says to it, and how long it took; nothing changes."""
    funnel("deal add Roof --value 12k")
    before = state()
    hook("before-deal-won", f"""{KEEP}; echo '{{"set": {{"product": "x"}}}}'""")
    hook("after-deal-won.sh", "echo hi >&2; exit 4")
    tried = funnel("hooks test deal-won --json").json
    assert tried["sent"]["after"]["title"] == "Sample deal"
    first, last = tried["runs"][::-1]
    assert (first["set"], first["outcome"]) == ({"product": "x"}, "would change product=x")
    assert (last["code"], last["said"], last["failed"]) == (4, "hi", True)
    assert [one["test"] for one in told()] == [True]
    tried = funnel("hooks test before-deal-won Roof --json").json
    assert [one["hook"] for one in tried["runs"]] == ["before-deal-won"]
    assert tried["sent"]["before"]["status"] == "open"
    assert tried["sent"]["after"]["status"] == "won"
    for event in words.HOOK_EVENT:
        sent = funnel("hooks", "test", event, "--json").json["sent"]
        assert sent["event"] == event
    assert state() == before
    assert len(funnel("history --json").json) == 1
    assert "Write one of: contact-added" in funnel("hooks test nothing", exit=2).stderr
    assert "There is no hook for deal-lost" in funnel("hooks test deal-lost", tty=True)


def test_without_hooks_nothing_is_loaded(
    funnel: Run, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has none pays for none."""
    from funnelcli.cli import hooking

    monkeypatch.setattr(hooking, "Watch", None)
    funnel("deal add Roof")
    folder = Path(environment["FUNNEL_CONFIG_DIR"]) / "hooks"
    folder.mkdir(parents=True)
    (folder / "README").write_text("what is what", encoding="utf-8")
    funnel("deal add Shed")
    assert "There are no hooks in" in funnel("hooks", tty=True)


EXAMPLES = Path(__file__).parent.parent / "examples" / "hooks"


@pytest.mark.sqlite("copies of the file")
@pytest.mark.long
@pytest.mark.skipif(not EXAMPLES.exists(), reason="the examples are not beside the tests")
def test_the_examples_do_what_they_say(
    funnel: Run, hooks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chat message on a win, a letter on an offer, a backup to another disk, a veto."""
    for path in EXAMPLES.glob("*.py"):
        (hooks / path.name).write_bytes(path.read_bytes())
        (hooks / path.name).chmod(0o700)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, script in (
        ("curl", f'echo "$@" > {tmp_path}/args; cat > {tmp_path}/sent'),
        ("funnel", f'exec {sys.executable} -m funnelcli "$@"'),
    ):
        (programs / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (programs / name).chmod(0o700)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    (hooks / "chat-webhook").write_text("https://chat.example/hooks/abc\n", encoding="utf-8")
    disk = tmp_path / "disk"
    disk.mkdir()
    (hooks / "backup-disk").write_text(f"{disk}\n", encoding="utf-8")
    places = {"OFFERS": str(tmp_path / "letters")}

    assert all(one["ready"] for one in funnel("hooks list --json").json)
    funnel("deal add Roof --value 84k")
    assert "who has bought it?" in funnel("win Roof", exit=3).stderr
    funnel("contact", "add", 'Anna "Ann" Müller')
    funnel("deal edit Roof --contact 1")
    funnel("win Roof")
    assert funnel("deal list --json").json[0]["tags"] == ["two-signatures"]
    assert "chat.example" not in (tmp_path / "args").read_text(encoding="utf-8")
    sent = (tmp_path / "sent").read_text(encoding="utf-8").splitlines()
    assert sent[0] == 'url = "https://chat.example/hooks/abc"'
    data = sent[2].removeprefix('data = "').removesuffix('"').replace('\\"', '"')
    message = json.loads(data.replace("\\\\", "\\"))
    assert message == {"text": 'Won: Roof, Anna "Ann" Müller, 84,000.00 EUR'}

    funnel("deal add Shed --contact 1")
    funnel("offer add Shed")
    funnel("offer line 2026-0001 --text Shed --price 900 --vat 19")
    letter = tmp_path / "letters" / "2026-0001-1.html"
    assert f"letter: {letter}" in funnel("offer send 2026-0001", env=places).stderr
    assert "2026-0001" in letter.read_text(encoding="utf-8")

    file = tmp_path / "deals.csv"
    file.write_text("title,value\nBarn,5000\n", encoding="utf-8")
    assert "copied to" in funnel("import", "deals", file).stderr
    (copy,) = disk.glob("funnel-*.db")
    assert len(funnel("--db", copy, "deal", "list", "--json").json) == 3
    copy.unlink()
    disk.rmdir()
    file.write_text("title,value\nYard,5000\n", encoding="utf-8")
    assert "is not there" in funnel("import", "deals", file).stderr
