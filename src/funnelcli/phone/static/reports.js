// Reports: made on the device, each with an id of its own, so that sending twice files once.

import { stamp } from "./words.js";

/** How a report stands: kept here, being changed, delivered (and how), or refused. */
export const QUEUED = "queued";
export const EDITED = "edited";
export const REFUSED = "refused";
export const SHARED = "shared";
const DELIVERED = new Set(["filed", "waiting", "before"]);
const WIRE = [
  "id",
  "made_at",
  "contact_id",
  "contact",
  "prospect",
  "outcome",
  "text",
  "next",
  "due",
];
const KEPT_DAYS = 14;

/** A random id (UUID, version 4); also where the page came over plain http, and has no randomUUID. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A report with what was said, ready to be sent. */
export function newReport(said) {
  return { id: newId(), made_at: stamp(), ...said, state: QUEUED, tried: false, what: "", why: "" };
}

/** What of a report goes to the computer. */
export function wire(report) {
  return Object.fromEntries(WIRE.map((name) => [name, report[name] ?? null]));
}

/** Whom a report is about. */
export function whom(report) {
  return report.contact || report.prospect?.name || "";
}

/** Whether a report has reached the computer. */
export function isDelivered(report) {
  return DELIVERED.has(report.state);
}

/** The report as the computer's answer leaves it; what was delivered keeps no words here. */
export function answered(report, { state, what, why }) {
  const told = { ...report, state, what: what ?? "", why: why ?? "", done_at: stamp() };
  if (!isDelivered(told)) return { ...told, state: REFUSED };
  return { ...told, text: "", next: "", contact: whom(report), prospect: null };
}

/** Whether a report that is done was done so long ago that the list need not have it. */
export function isOld(report) {
  const age = Date.now() - new Date(report.done_at ?? report.made_at).getTime();
  const isDone = isDelivered(report) || report.state === SHARED;
  return isDone && age > KEPT_DAYS * 86_400_000;
}

/** A file of reports for the folder that `funnel inbox` reads; its ending is "json" or "txt". */
export function asFile(reports, ending) {
  const text = JSON.stringify({ funnel: "notes", version: 1, notes: reports.map(wire) }, null, 1);
  const name = reports.length === 1 ? reports[0].id : newId();
  const type = ending === "json" ? "application/json" : "text/plain";
  return new File([text], `funnel-${name}.${ending}`, { type });
}
