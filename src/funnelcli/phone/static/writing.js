// The screens that are written on: a report on a contact, and a new prospect.

import { announce, choice, el, field, later } from "./dom.js";
import { QUEUED, newReport, whom } from "./reports.js";
import { ask } from "./server.js";
import { app, briefOf, readReports } from "./state.js";
import { capital, say } from "./words.js";

// Of a prospect the first three come before what was said, the others after it.
const PROSPECT = [
  ["name", "text", { required: true, autocapitalize: "words" }],
  ["organisation", "text", { autocapitalize: "words" }],
  ["phone", "tel", {}],
  ["email", "email", {}],
  ["street", "text", { autocapitalize: "words" }],
  ["postcode", "text", {}],
  ["town", "text", { autocapitalize: "words" }],
  ["deal", "text", {}],
];
// The outcome of what was said without a visit; with none touched the words tell.
const NO_VISIT = "none";
const LONGEST = 20_000;

/** A report on a contact; `outcome` as touched. */
export function reportScreen(id, outcome) {
  const name = briefOf(id)?.name ?? "";
  return form(`draft/${id}`, name || say("report"), { contact_id: id, contact: name, outcome });
}

/** A next step with a contact, without a visit. */
export function stepScreen(id) {
  const contact = briefOf(id)?.name ?? "";
  return form(`draft/step/${id}`, contact || say("next_step"), {
    contact_id: id,
    contact,
    outcome: null,
    next: "",
  });
}

/** A new prospect, with what was said. */
export function newScreen() {
  return form("draft/new", say("new_prospect"), {
    contact_id: null,
    contact: null,
    outcome: null,
    prospect: {},
  });
}

/** A report that was not sent yet, to be changed. */
export function changeScreen(id) {
  const report = app.reports.find((one) => one.id === id);
  if (!report) return { title: say("report"), nodes: [el("p", {}, say("gone"))] };
  return form(`draft/${id}`, whom(report), report, report);
}

function form(draftName, title, begun, changed = null) {
  const isNew = Boolean(begun.prospect);
  // A next step alone is no visit: nothing is asked about how it went.
  const isStep = !isNew && !begun.outcome && !begun.text && typeof begun.next === "string";
  const read = () => {
    const given = new FormData(made);
    const text = (name) => (given.get(name) ?? "").trim();
    return {
      contact_id: begun.contact_id,
      contact: begun.contact,
      outcome: text("outcome") || null,
      text: text("text"),
      next: text("next") || null,
      due: text("due") || null,
      prospect: isNew
        ? Object.fromEntries(PROSPECT.map(([part]) => [part, text(part) || null]))
        : null,
    };
  };
  const recognised = el("dl", { class: "facts" });
  const told = el("p", { class: "hint" });
  const recognise = later(() => showRecognised(read(), recognised, told), 600);
  const keepDraft = later(() => sent || app.store.keep(draftName, read()), 300);
  let sent = false;
  const made = el(
    "form",
    {
      novalidate: true,
      oninput: () => {
        keepDraft();
        recognise();
      },
      onsubmit: async (event) => {
        event.preventDefault();
        const said = read();
        if (complain(made, said) || sent) return;
        sent = true;
        const report = changed ? { ...changed, ...said, state: QUEUED, why: "" } : newReport(said);
        await app.store.keepReport(report);
        await app.store.forget(draftName);
        await readReports();
        announce(say(app.sealed ? "kept_to_share" : "kept_to_send"));
        window.dispatchEvent(new Event("report"));
        location.hash = app.sealed ? "#outbox" : "#today";
      },
    },
    isNew ? PROSPECT.slice(0, 3).map(prospectField) : null,
    isStep ? null : wordsFields(begun.outcome),
    el("section", { role: "status", "aria-label": say("recognised") }, told, recognised),
    field("next", say("next_step"), "text", { autocomplete: "off", maxlength: 300 }),
    field("due", say("due"), "date"),
    isNew ? PROSPECT.slice(3).map(prospectField) : null,
    el("div", { class: "foot" }, el("button", { class: "button main" }, say("save_report"))),
  );
  fill(made, begun);
  if (!changed) restore(made, draftName);
  return { title, nodes: [made], focus: isNew ? "name" : isStep ? "next" : "text" };
}

function wordsFields(outcome) {
  const how = { rows: 5, maxlength: LONGEST, autocapitalize: "sentences", spellcheck: "true" };
  const ways = [...outcomes(), [NO_VISIT, say("no_visit")]];
  return [
    choice("outcome", say("outcome"), ways, outcome),
    field("text", say("in_keywords"), "textarea", how, say("keywords_hint")),
  ];
}

/** How a visit may end, as the computer calls it. */
function outcomes() {
  const known = app.day?.outcomes;
  return known
    ? known.map(({ key, text }) => [key, capital(text)])
    : ["met", "not_met"].map((key) => [key, capital(say(key))]);
}

function prospectField([id, kind, more]) {
  const hint = id === "deal" ? say("deal_hint") : "";
  return field(id, say(id), kind, { autocomplete: "off", maxlength: 200, ...more }, hint);
}

/** Put what is known into a form. */
function fill(made, { prospect, outcome, ...said }) {
  for (const [name, value] of Object.entries({ ...said, ...prospect })) {
    const input = made.elements.namedItem(name);
    if (input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement)
      input.value = value ?? "";
  }
  const chosen = outcome && made.querySelector(`#outcome-${CSS.escape(outcome)}`);
  if (chosen) chosen.checked = true;
}

/** What was typed before the phone put the page away; the outcome is what was touched now. */
async function restore(made, draftName) {
  const draft = await app.store.get(draftName);
  if (!draft || made.elements.namedItem("text")?.value) return;
  fill(made, { ...draft, outcome: draft.prospect ? draft.outcome : null });
}

/** Mark what is missing or wrong and go there; whether something is. */
function complain(made, said) {
  for (const input of made.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
  }
  const [wrong, text] = fault(made.elements, said) || [];
  if (!wrong) return false;
  wrong.setAttribute("aria-invalid", "true");
  wrong.focus();
  announce(say(text));
  return true;
}

/** The field that is to be filled or put right, and what is said of it. */
function fault({ name, text: words, next: step, email }, { prospect, text, next, due, outcome }) {
  if (prospect && !prospect.name) return [name, "name_missing"];
  if (due && !next) return [step, "step_missing"];
  if (prospect) return prospect.email && !isAddress(prospect.email) && [email, "email_wrong"];
  if (text || next || (outcome && outcome !== NO_VISIT)) return null;
  return words ? [words, "text_missing"] : [step, "step_missing"];
}

/** Whether a text has the shape of an e-mail address, as the computer takes it. */
function isAddress(text) {
  const [name, domain, ...more] = text.split("@");
  const dots = (domain ?? "").replace(/^\.+|\.+$/g, "");
  return Boolean(name) && dots.includes(".") && !more.length && !/[\s<>,;]/.test(text);
}

async function showRecognised({ text, contact_id, outcome }, place, told) {
  if (app.sealed || !text) {
    place.replaceChildren();
    told.textContent = "";
    return;
  }
  try {
    const { facts, warnings } = await ask("/api/recognise", app.key, { text, contact_id, outcome });
    place.replaceChildren(
      ...facts.flatMap(({ label, text: said }) => [el("dt", {}, label), el("dd", {}, said)]),
    );
    told.textContent = [say(facts.length ? "recognised" : "nothing_recognised"), ...warnings].join(
      " ",
    );
  } catch {
    place.replaceChildren();
    told.textContent = say("recognised_later");
  }
}
