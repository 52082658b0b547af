// The reports on the device: what waits, what was filed and as what, what was refused and why.

import { announce, el } from "./dom.js";
import { EDITED, QUEUED, REFUSED, SHARED, asFile, isDelivered, whom } from "./reports.js";
import { app, readReports, waiting } from "./state.js";
import { stamp, moment, say, sayMany } from "./words.js";

/** The list of reports; `send` tries now, `redraw` shows them again. */
export function outboxScreen({ send, redraw, erase }) {
  const reports = [...app.reports].sort((a, b) => b.made_at.localeCompare(a.made_at));
  const n = waiting();
  return {
    title: say("outbox"),
    nodes: [
      el(
        "p",
        {},
        n
          ? sayMany(app.sealed ? "to_share" : "to_send", n)
          : say(app.sealed ? "all_shared" : "all_sent"),
      ),
      app.sealed ? handOver(redraw) : sendNow(n, send),
      reports.length
        ? el(
            "ul",
            { class: "list" },
            reports.map((report) => item(report, redraw)),
          )
        : null,
      el(
        "section",
        { "aria-labelledby": "device" },
        el("h2", { id: "device" }, say("this_phone")),
        hints().map((text) => el("p", { class: "hint" }, text)),
        el(
          "button",
          { type: "button", class: "button", onclick: () => confirmErase(n, erase) },
          say("erase"),
        ),
      ),
    ],
  };
}

function hints() {
  const reach = { true: say("in_reach"), false: say("out_of_reach") }[app.reach];
  return [
    app.sealed ? say("without_server") : reach,
    app.store.lasting ? null : say("nothing_lasts"),
    app.keeps ? null : say("not_kept_page"),
    app.store.closed ? sayMany("closed", app.store.closed) : null,
  ].filter(Boolean);
}

function sendNow(n, send) {
  return n
    ? el("button", { type: "button", class: "button main", onclick: send }, say("send_now"))
    : null;
}

function item(report, redraw) {
  const { state, what, why } = report;
  const classes = { [REFUSED]: "bad", [QUEUED]: "warn", [EDITED]: "warn", waiting: "warn" };
  const told = [what, why].filter(Boolean).join(" · ");
  const canChange = state === REFUSED || (!report.tried && [QUEUED, EDITED].includes(state));
  return el(
    "li",
    { class: "report", id: `report-${report.id}` },
    el("p", { class: "name" }, whom(report)),
    el("p", { class: classes[state] ?? "good" }, say(`state_${state}`)),
    el("p", { class: "what" }, told || report.text || report.next),
    el("p", { class: "hint" }, moment(report.made_at)),
    el(
      "p",
      { class: "pair" },
      canChange ? el("a", { class: "button", href: `#change/${report.id}` }, say("change")) : null,
      canChange || state === SHARED
        ? el(
            "button",
            { type: "button", class: "button", onclick: () => drop(report, redraw) },
            say("remove"),
          )
        : null,
    ),
  );
}

async function drop(report, redraw) {
  if (!isDelivered(report) && !window.confirm(say("remove_sure", { name: whom(report) }))) return;
  await app.store.forgetReport(report.id);
  await readReports();
  announce(say("removed"));
  redraw();
}

function confirmErase(n, erase) {
  if (window.confirm(n ? sayMany("erase_sure", n) : say("erase_sure_none"))) erase();
}

/** Without a server: the reports that are to be handed over, shared or saved as one file. */
function handOver(redraw) {
  const open = app.reports.filter(({ state }) => state === QUEUED);
  const handed = app.reports.filter(({ state }) => state === SHARED);
  const chosen = open.length ? open : handed;
  if (!chosen.length) return null;
  const file = shareable(chosen);
  const shared = async () => {
    for (const { id } of chosen) {
      await app.store.changeReport(id, (now) => ({ ...now, state: SHARED, done_at: stamp() }));
    }
    await readReports();
    announce(say("handed_over"));
    redraw();
  };
  const share = async () => {
    try {
      await navigator.share({ files: [file] });
      await shared();
    } catch (error) {
      // Who closes the share sheet has not handed anything over.
      if (error.name !== "AbortError") announce(say("not_shared"));
    }
  };
  const save = async () => {
    const saved = asFile(chosen, "json");
    const url = URL.createObjectURL(saved);
    el("a", { href: url, download: saved.name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    await shared();
  };
  return el(
    "div",
    { class: "pair" },
    file
      ? el("button", { type: "button", class: "button main", onclick: share }, say("share"))
      : null,
    el(
      "button",
      { type: "button", class: file ? "button" : "button main", onclick: save },
      say("save_file"),
    ),
  );
}

/** The file that this browser shares, .json or else .txt; null where it shares none. */
function shareable(reports) {
  for (const ending of ["json", "txt"]) {
    const file = asFile(reports, ending);
    if (navigator.canShare?.({ files: [file] })) return file;
  }
  return null;
}
