// The start, the way between the screens, and the talk with the computer.

import { contactScreen, numbersScreen, searchScreen, tellDelivered, todayScreen } from "./day.js";
import { announce, el } from "./dom.js";
import { pairScreen, pairingKey, unlockScreen } from "./entry.js";
import { outboxScreen } from "./outbox.js";
import { EDITED, QUEUED, isOld } from "./reports.js";
import { OutOfReach, Refusal, ask, deliver } from "./server.js";
import { app, readReports, waiting } from "./state.js";
import { openStore } from "./store.js";
import { learn, say, sayMany, speak } from "./words.js";
import { changeScreen, newScreen, reportScreen, stepScreen } from "./writing.js";

const EVERY = 20_000;
/** Days after which people and briefs that no computer has confirmed leave the device. */
const KEPT_DAYS = 7;
const TABS = ["today", "search", "new", "numbers", "outbox"];
const WRITTEN_ON = new Set(["report", "step", "new", "change", "search"]);

let shown = "";
let whyNotPaired = "";
let notBefore = 0;
let sending = null;

function place() {
  const [screen, ...more] = decodeURIComponent(location.hash.slice(1)).split("/");
  return { screen: screen || "today", more };
}

function screen() {
  if (app.sealed && !app.day) return unlockScreen(opened);
  if (!app.sealed && !app.key) return pairScreen(fromLink(), paired, whyNotPaired);
  const { screen: name, more } = place();
  switch (name) {
    case "contact":
      return contactScreen(more[0], redraw);
    case "report":
      return reportScreen(more[0], more[1]);
    case "step":
      return stepScreen(more[0]);
    case "change":
      return changeScreen(more[0]);
    case "new":
      return newScreen();
    case "search":
      return searchScreen();
    case "numbers":
      return numbersScreen();
    case "outbox":
      return outboxScreen({ send: () => sync(true), redraw, erase });
    default:
      return todayScreen();
  }
}

function fromLink() {
  return location.hash.startsWith("#k=") ? pairingKey(location.hash) : "";
}

/** Show the screen of the address; what is read again in place keeps the focus where it was. */
function draw() {
  const { title, nodes, foot = null, focus = "", bare = false } = screen();
  const isNew = shown !== location.hash;
  shown = location.hash;
  const before = document.activeElement;
  const again = before?.id
    ? `#${CSS.escape(before.id)}`
    : `[href="${before?.getAttribute("href")}"]`;
  document.title = `${title} · funnel`;
  document.getElementById("title").textContent = title;
  const feet = foot ? [el("div", { class: "foot" }, foot)] : [];
  document.getElementById("main").replaceChildren(...nodes.filter(Boolean), ...feet);
  drawTabs(bare);
  if (isNew) {
    window.scrollTo(0, 0);
    document.getElementById(focus || "title").focus();
  } else if (before && !before.isConnected) {
    document.querySelector(again)?.focus();
  }
}

function drawTabs(bare) {
  const n = waiting();
  const queue = document.getElementById("queue");
  queue.hidden = bare || !n;
  queue.textContent = n ? sayMany(app.sealed ? "to_share" : "to_send", n) : "";
  const here = place().screen;
  const nav = document.getElementById("nav");
  nav.hidden = bare;
  nav.setAttribute("aria-label", say("navigation"));
  nav.replaceChildren(
    ...TABS.map((name) =>
      el(
        "a",
        { href: `#${name}`, class: "tab", "aria-current": name === here ? "page" : null },
        say(name),
      ),
    ),
  );
}

/** Show again what is only read; what is being written stays as it is. */
function redraw() {
  if (WRITTEN_ON.has(place().screen) && (app.key || app.day)) drawTabs(false);
  else draw();
}

async function paired({ key, language }) {
  app.key = key;
  speak(language);
  whyNotPaired = "";
  await app.store.keep("key", key);
  // The browser is asked not to throw away what it keeps when room gets scarce.
  navigator.storage?.persist?.();
  history.replaceState(null, "", location.pathname);
  shown = " ";
  draw();
  await sync(true);
}

async function opened({ day, store }) {
  app.day = day;
  app.store = store;
  await readReports();
  await release();
  shown = " ";
  draw();
}

async function erase() {
  await app.store.erase();
  forgetAll(say("erased"));
}

function forgetAll(why) {
  const store = app.store.inner ?? app.store;
  Object.assign(app, { key: "", day: null, reports: [], found: {}, store });
  whyNotPaired = why;
  // What was said last, that a report was kept, is no longer so.
  announce("");
  history.replaceState(null, "", location.pathname);
  shown = " ";
  draw();
}

/** The computer does not know this phone (any more). Only a key that was withdrawn takes the reports
 * with it: otherwise they wait until the phone is paired again. */
async function refused(error) {
  if (error.code === "withdrawn") {
    await app.store.erase();
    forgetAll(say("revoked"));
    return;
  }
  await app.store.forget("key");
  await app.store.forget("day");
  const { reports } = app;
  forgetAll(error.message || say("not_paired"));
  app.reports = reports;
}

/** Send what waits and read the day, if the computer answers; one at a time. `touched`: somebody
 * asked for it and wants to hear how it went. */
function sync(touched = false) {
  if (app.sealed || !app.key || (!touched && Date.now() < notBefore)) return Promise.resolve();
  sending ??= exchange(touched).finally(() => {
    sending = null;
  });
  return sending;
}

async function exchange(touched) {
  try {
    const states = await deliver(app.store, app.key);
    app.day = await ask("/api/day", app.key);
    app.reach = true;
    await app.store.keep("day", app.day);
    speak(app.day.language);
    await readReports();
    tellDelivered(states);
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) {
      await refused(error);
      return;
    }
    if (!(error instanceof Refusal || error instanceof OutOfReach)) throw error;
    app.reach = error instanceof Refusal;
    if (error.wait) notBefore = Date.now() + error.wait * 1000;
    await readReports();
    if (touched) announce(app.reach ? error.message : say("out_of_reach"));
  }
  redraw();
}

/** Let the browser keep the page for when there is no network: over https that it trusts it does. */
async function keepPage() {
  try {
    await navigator.serviceWorker.register("/sw.js");
  } catch {
    app.keeps = false;
  }
}

function embedded(id) {
  const found = document.getElementById(id);
  return found && JSON.parse(found.textContent);
}

/** A report that is being changed is not sent meanwhile; it is when nobody changes it any more. */
async function release() {
  const { screen: name, more } = place();
  const changed = name === "change" ? more[0] : "";
  for (const { id, state } of app.reports) {
    const now = id === changed ? EDITED : QUEUED;
    if (state === QUEUED || state === EDITED) await app.store.changeReport(id, moved(now));
  }
  await readReports();
}

function moved(to) {
  return (report) => ([QUEUED, EDITED].includes(report.state) ? { ...report, state: to } : report);
}

/** What a page of days ago left: an old day goes, and what was delivered long ago. */
async function tidy() {
  const day = await app.store.get("day");
  const isFresh = day && Date.now() - new Date(day.asOf).getTime() < KEPT_DAYS * 86_400_000;
  if (day && !isFresh) await app.store.forget("day");
  app.day = isFresh ? day : null;
  speak(app.day?.language);
  for (const report of await app.store.reports()) {
    if (isOld(report)) await app.store.forgetReport(report.id);
  }
}

async function start() {
  app.sealed = embedded("sealed");
  learn(embedded("words") ?? (await (await fetch("/words.json")).json()));
  app.store = await openStore();
  window.addEventListener("hashchange", () => {
    draw();
    release();
  });
  window.addEventListener("report", () => sync());
  if (app.sealed) {
    draw();
    return;
  }
  app.key = (await app.store.get("key")) ?? "";
  await tidy();
  await readReports();
  await release();
  draw();
  window.addEventListener("online", () => sync());
  document.addEventListener("visibilitychange", () => document.hidden || sync());
  setInterval(() => document.hidden || sync(), EVERY);
  await Promise.all([keepPage(), sync()]);
}

start();
