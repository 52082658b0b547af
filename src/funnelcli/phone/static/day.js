// The screens that are read: today and tomorrow, a contact's brief, the search, the figures.

import { announce, el, field, later, outside } from "./dom.js";
import { ask } from "./server.js";
import { app, briefOf } from "./state.js";
import { capital, dayText, moment, say, sayMany } from "./words.js";

/** A line of a list; with the id of a contact it leads to the brief. */
function entry(id, head, more, time = "", mark = "") {
  const parts = [
    el("span", { class: "name" }, time ? el("span", { class: "time" }, time) : null, head),
    mark ? el("span", { class: "mark" }, mark) : null,
    more ? el("span", { class: "what" }, more) : null,
  ];
  const line = id
    ? el("a", { class: "entry", href: `#contact/${id}` }, parts)
    : el("div", { class: "entry" }, parts);
  return el("li", {}, line);
}

function planned({ contactId, contact, word, what, deal, starts, late, dayText }) {
  const more = [contact ? what : "", deal, late ? dayText : ""].filter(Boolean);
  // What a step is called says as a rule what kind it is; a kind by itself is said where it does not.
  if (!what) more.unshift(word);
  return entry(
    contactId,
    contact || what || word,
    more.join(" · "),
    starts ?? "",
    late ? say("overdue") : "",
  );
}

function part(title, day, id, items, none) {
  return el(
    "section",
    { "aria-labelledby": id },
    el("h2", { id }, title, el("span", { class: "day" }, ` ${day}`)),
    items.length
      ? el("ul", { class: "list" }, items.map(planned))
      : el("p", { class: "hint" }, none),
  );
}

function asOf() {
  const text = say("as_of", { when: moment(app.day.asOf) });
  return el("p", { class: "hint" }, app.reach === false ? `${text} ${say("out_of_reach")}` : text);
}

/** Today and tomorrow. */
export function todayScreen() {
  if (!app.day) return { title: say("today"), nodes: [el("p", {}, say("nothing_kept"))] };
  const { today, tomorrow, tomorrowText, lateMore } = app.day;
  return {
    title: say("today"),
    nodes: [
      asOf(),
      lateMore ? el("p", { class: "warn" }, sayMany("late_more", lateMore)) : null,
      part(say("today"), app.day.dayText, "part-today", today, say("nothing_today")),
      part(say("tomorrow"), tomorrowText, "part-tomorrow", tomorrow, say("nothing_tomorrow")),
    ],
  };
}

/** The quick numbers. */
export function numbersScreen() {
  const numbers = app.day?.numbers ?? [];
  const rows = numbers.map(({ label, text }) => [el("dt", {}, label), el("dd", {}, text)]);
  return {
    title: say("numbers"),
    nodes: rows.length
      ? [asOf(), el("dl", { class: "numbers" }, rows)]
      : [el("p", {}, say("nothing_kept"))],
  };
}

/** The brief on a contact; one that is not on the device is asked for. */
export function contactScreen(id, redraw) {
  const brief = briefOf(id);
  if (!brief) {
    fetchBrief(id, redraw);
    return { title: say("contact"), nodes: [el("p", { role: "status" }, say("looking"))] };
  }
  return {
    title: brief.name,
    nodes: [
      el("p", { class: "hint" }, [brief.jobTitle, brief.organisation].filter(Boolean).join(" · ")),
      brief.doNotContact ? el("p", { class: "bad" }, say("do_not_contact")) : null,
      waysTo(brief),
      el(
        "dl",
        { class: "facts" },
        brief.facts.map(({ label, text }) => [el("dt", {}, label), el("dd", {}, text)]),
      ),
      el("a", { class: "button", href: `#step/${id}` }, say("next_step")),
    ],
    foot: el(
      "div",
      { class: "pair", role: "group", "aria-label": say("report") },
      el("a", { class: "button met", href: `#report/${id}/met` }, capital(say("met"))),
      el("a", { class: "button not_met", href: `#report/${id}/not_met` }, capital(say("not_met"))),
    ),
  };
}

function waysTo({ phones, emails, address, map }) {
  const ways = [
    ...phones.map(({ number, tel }) =>
      outside(`tel:${tel}`, "way", el("b", {}, say("call")), number),
    ),
    ...emails.map((mail) =>
      outside(`mailto:${encodeURIComponent(mail)}`, "way", el("b", {}, say("email")), mail),
    ),
    map ? outside(map, "way", el("b", {}, say("map")), address) : null,
  ];
  const shown = ways.filter((way) => way !== null).map((way) => el("li", {}, way));
  return shown.length ? el("ul", { class: "ways", "aria-label": say("ways") }, shown) : null;
}

async function fetchBrief(id, redraw) {
  try {
    if (app.sealed) throw new Error();
    app.found[id] = await ask(`/api/brief/${encodeURIComponent(id)}`, app.key);
    redraw();
  } catch (error) {
    const place = document.querySelector("#main [role=status]");
    if (place) place.textContent = error.code ? error.message : say("not_kept");
  }
}

/** The search: in what the device keeps at once, and in the computer where it answers. */
export function searchScreen() {
  const hits = el("ul", { class: "list", id: "hits" });
  const told = el("p", { class: "hint", role: "status" });
  let asked = 0;
  const show = (found) => {
    hits.replaceChildren(
      ...found.map(({ contactId, contact, title, word, text, day }) => {
        const head = contact || title;
        const more = [word, title, day ? dayText(day) : "", ...text.split(" · ")];
        return entry(
          contactId,
          head,
          [...new Set(more)].filter((part) => part && part !== head).join(" · "),
        );
      }),
    );
    told.textContent = sayMany("found", found.length);
  };
  const more = later(async (text, kept, number) => {
    try {
      const found = (await ask(`/api/search?q=${encodeURIComponent(text)}`, app.key)).hits;
      const known = new Set(found.map((hit) => hit.contactId));
      const others = kept.filter((hit) => !known.has(hit.contactId));
      if (number === asked) show([...found, ...others]);
    } catch {
      if (number === asked) told.textContent += ` · ${say("kept_only")}`;
    }
  }, 300);
  const input = field("q", say("search"), "search", {
    autocomplete: "off",
    enterkeyhint: "search",
    oninput: ({ target }) => {
      asked += 1;
      const text = target.value.trim();
      if (!text) {
        hits.replaceChildren();
        told.textContent = "";
        return;
      }
      const kept = keptHits(text);
      show(kept);
      if (!app.sealed) more(text, kept, asked);
    },
  });
  return { title: say("search"), nodes: [input, told, hits], focus: "q" };
}

/** The contacts on the device that all words are said of, without regard to accents and case. */
function keptHits(text) {
  const plain = (said) =>
    said.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss");
  const words = plain(text).split(/\s+/);
  const has = ({ name, organisation, address }) => {
    const said = plain([name, organisation, address].join(" "));
    // "Mueller" finds Müller, as it does on the computer.
    return words.every(
      (word) => said.includes(word) || said.includes(word.replace(/([aou])e/g, "$1")),
    );
  };
  const briefs = Object.values({ ...app.found, ...app.day?.briefs });
  return briefs.filter(has).map(({ id, name, organisation }) => ({
    contactId: id,
    contact: name,
    text: organisation ?? "",
  }));
}

/** Say how many reports were filed, how many wait in the tray, and how many were refused. */
export function tellDelivered(states) {
  const kinds = [
    ["delivered", ["filed", "before"]],
    ["in_tray", ["waiting"]],
    ["refused", ["refused"]],
  ];
  const told = kinds.map(([key, which]) => {
    const n = states.filter((state) => which.includes(state)).length;
    return n && sayMany(key, n);
  });
  if (states.length) announce(told.filter(Boolean).join(" "));
}
