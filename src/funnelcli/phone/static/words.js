// What the page says, from the catalogue of the program, and days and times as people write them.

let known = {};
let spoken = {};

/** Know these words, by language, and speak the one that the computer speaks. */
export function learn({ language, ...languages }) {
  known = languages;
  speak(language);
}

/** Speak a language from now on, if its words are known. */
export function speak(language) {
  if (!(language in known)) return;
  spoken = known[language];
  document.documentElement.lang = language;
}

/** The text of a key, its {fields} filled in. */
export function say(key, fields = {}) {
  const text = spoken[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(fields[name] ?? whole));
}

/** A text with a capital at its beginning. */
export function capital(text) {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** The text of a key for `n` things: English and German have one form for one, another for all else. */
export function sayMany(key, n, fields = {}) {
  return say(`${key}_${n === 1 ? "one" : "many"}`, { n, ...fields });
}

/** An instant as day and time where this device is; of today the time alone. */
export function moment(instant) {
  const at = new Date(instant);
  const time = { hour: "2-digit", minute: "2-digit" };
  const day = { weekday: "short", day: "numeric", month: "short" };
  const isToday = at.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(locale(), isToday ? time : { ...day, ...time }).format(at);
}

/** A plain day, as ISO text, the way people write it. */
export function dayText(iso) {
  const [year, month, day] = iso.split("-").map(Number);
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium" }).format(
    new Date(year, month - 1, day),
  );
}

/** This instant, as data has it. */
export function stamp() {
  return new Date().toISOString();
}

// Where the device speaks the same language, its own region decides how a day is written.
function locale() {
  const language = document.documentElement.lang;
  return navigator.language.startsWith(language) ? navigator.language : language;
}
