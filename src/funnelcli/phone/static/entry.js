// How one gets in: a phone is paired with a key once; a page without a server asks for its passphrase.

import { announce, el, field } from "./dom.js";
import { OutOfReach, ask } from "./server.js";
import { unlock } from "./sealed.js";
import { app } from "./state.js";
import { say } from "./words.js";

/** The pairing key of a link, "…#k=KEY", or typed alone. */
export function pairingKey(text) {
  return text.trim().replace(/^.*#k=/, "");
}

/** Pair this phone; `key` from the link. */
export function pairScreen(key, paired, why = "") {
  const told = el("p", { class: "bad", role: "alert" }, why);
  const made = el(
    "form",
    {
      novalidate: true,
      onsubmit: async (event) => {
        event.preventDefault();
        const given = new FormData(made);
        const typed = pairingKey(given.get("code"));
        if (!typed) {
          told.textContent = say("code_missing");
          made.elements.namedItem("code").focus();
          return;
        }
        try {
          await paired(await pairedWith(typed, given.get("device").trim()));
          announce(say("paired"));
        } catch (error) {
          told.textContent =
            error instanceof OutOfReach ? say("out_of_reach") : error.message || say("not_paired");
        }
      },
    },
    field("device", say("phone_name"), "text", {
      value: deviceName(),
      maxlength: 60,
      autocomplete: "off",
    }),
    field(
      "code",
      say("pairing_code"),
      "text",
      { value: key, autocomplete: "off", autocapitalize: "none", spellcheck: "false" },
      say("code_hint"),
    ),
    told,
    // iPhones keep an app on the home screen apart from the browser: what is paired here stays here.
    navigator.standalone === false ? el("p", { class: "hint" }, say("home_screen_first")) : null,
    el("div", { class: "foot" }, el("button", { class: "button main" }, say("pair"))),
  );
  return { title: say("pair_title"), nodes: [el("p", {}, say("pair_text")), made], bare: true };
}

function pairedWith(code, name) {
  return ask("/api/pair", "", { code, name: name || deviceName() });
}

function deviceName() {
  const known = /iPhone|iPad|Android/.exec(navigator.userAgent);
  return known ? known[0] : say("smartphone");
}

/** Open a page without a server. */
export function unlockScreen(opened) {
  const told = el("p", { class: "bad", role: "alert" });
  if (!globalThis.crypto?.subtle) {
    return { title: say("locked"), nodes: [el("p", {}, say("no_crypto"))], bare: true };
  }
  const button = el("button", { class: "button main" }, say("open"));
  const made = el(
    "form",
    {
      novalidate: true,
      onsubmit: async (event) => {
        event.preventDefault();
        const input = made.elements.namedItem("passphrase");
        button.disabled = true;
        told.textContent = "";
        announce(say("opening"));
        const found = await unlock(app.sealed, input.value, app.store);
        button.disabled = false;
        announce("");
        if (found) {
          await opened(found);
          return;
        }
        told.textContent = say("wrong_passphrase");
        input.select();
      },
    },
    field("passphrase", say("passphrase"), "password", {
      autocomplete: "off",
      autocapitalize: "none",
    }),
    told,
    el("div", { class: "foot" }, button),
  );
  return {
    title: say("locked"),
    nodes: [el("p", {}, say("locked_text")), made],
    bare: true,
    focus: "passphrase",
  };
}
