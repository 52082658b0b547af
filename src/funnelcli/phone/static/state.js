// What the page knows now, the same for all of its screens.

import { QUEUED, REFUSED } from "./reports.js";

export const app = {
  store: null,
  /** The sealed day of a page without a server; null where there is one. */
  sealed: null,
  key: "",
  /** The day as the computer told it last; null where nothing is known. */
  day: null,
  /** Whether the computer answered the last time it was asked; null before that. */
  reach: null,
  /** Whether the browser keeps the page itself for when there is no network. */
  keeps: true,
  reports: [],
  /** Briefs that were looked up, by id; the device keeps those of the day alone. */
  found: {},
};

/** The brief on a contact, if it is here; `id` as number or text. */
export function briefOf(id) {
  return app.day?.briefs?.[id] ?? app.found[id] ?? null;
}

/** How many reports have not reached the computer. */
export function waiting() {
  return app.reports.filter((report) => [QUEUED, REFUSED].includes(report.state)).length;
}

/** Read the reports of the device again. */
export async function readReports() {
  app.reports = await app.store.reports();
}
