// The page is made of elements, never of markup: what a person wrote is only ever text.

const SHOWN = 4000;

/** An element with attributes, listeners ("onclick") and children; empty children are left out. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined)
      made.setAttribute(key, value);
  }
  made.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return made;
}

/** A link to a number, an address or a map; null for an address that is none of these. */
export function outside(url, classes, ...children) {
  if (!/^(?:tel:|mailto:|https:\/\/)/.test(url)) return null;
  const away = url.startsWith("https:") ? { target: "_blank", rel: "noopener noreferrer" } : {};
  return el("a", { href: url, class: classes, ...away }, ...children);
}

/** A field with its label; `more` are attributes of the field. */
export function field(id, label, kind, more = {}, hint = "") {
  const input = el(kind === "textarea" ? "textarea" : "input", {
    id,
    name: id,
    type: kind === "textarea" ? null : kind,
    "aria-describedby": hint ? `${id}-hint` : null,
    ...more,
  });
  const said = hint ? el("p", { id: `${id}-hint`, class: "hint" }, hint) : null;
  return el("div", { class: "field" }, el("label", { for: id }, label), input, said);
}

/** One of several, each a large button: a radio group with its title. */
export function choice(name, title, options, chosen, changed) {
  return el(
    "fieldset",
    { class: "choice" },
    el("legend", {}, title),
    options.map(([value, label]) => {
      const input = el("input", {
        type: "radio",
        name,
        value,
        id: `${name}-${value}`,
        checked: value === chosen,
        onchange: changed,
      });
      return el("label", { class: `chip ${value}` }, input, el("span", {}, label));
    }),
  );
}

let told = 0;

/** Say something to whoever looks or listens. */
export function announce(text) {
  const place = document.getElementById("said");
  clearTimeout(told);
  place.textContent = "";
  // A screen reader speaks up when the text changes, not when it is set to the same again.
  told = setTimeout(() => {
    place.textContent = text;
    told = setTimeout(() => {
      place.textContent = "";
    }, SHOWN);
  }, 50);
}

/** Wait until nothing was called for `pause` milliseconds, then call with what came last. */
export function later(call, pause) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...given), pause);
  };
}
