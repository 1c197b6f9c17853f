// A lock of four digits, for phones that lie on a counter or go from hand to hand. It keeps passers-by out of
// the leads; who takes the phone away is kept out by marking it lost.

import { button, field, icon, make, sheet, show, toast } from "../dom.js";
import { keepLock, lock as read } from "../phone.js";
import { t } from "../strings.js";

const ROUNDS = 200_000;
const TRIES = 5;
const PAUSE_MS = 30_000;

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function hashOf(digits, salt) {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(digits), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: new TextEncoder().encode(salt), iterations: ROUNDS };
  return hex(new Uint8Array(await crypto.subtle.deriveBits(how, key, 256)));
}

async function setLock(digits) {
  const salt = hex(crypto.getRandomValues(new Uint8Array(16)));
  keepLock({ salt, hash: await hashOf(digits, salt), wrong: 0, until: 0 });
}

const digitsField = (name, label) => field(label, {
  name, type: "password", inputmode: "numeric", pattern: "[0-9]{4}", maxlength: 4, required: true, autocomplete: "off", class: "input digits",
});

/** Asks for new digits twice; `done` once they hold. */
export function chooseDigits(done) {
  const problem = make("p", { class: "problem", role: "alert", hidden: true });
  const form = make("form", {
    class: "stack",
    submit: async (event) => {
      event.preventDefault();
      const { digits, again } = form.elements;
      if (digits.value !== again.value) {
        problem.hidden = false;
        problem.textContent = t("lock.differ");
        again.value = "";
        again.focus();
        return;
      }
      await setLock(digits.value);
      close();
      toast(t("lock.on"));
      done();
    },
  }, make("p", { class: "quiet" }, t("lock.text")), digitsField("digits", t("lock.digits")), digitsField("again", t("lock.again")), problem,
  make("button", { class: "button primary large" }, t("lock.set")));
  const close = sheet(t("lock.title"), [form], { close: t("close") });
}

/** The screen of a locked phone; `opened` when the digits were right, `forgotten` when they are not known. */
export class LockScreen {
  constructor(opened, forgotten) {
    Object.assign(this, { opened, forgotten });
  }

  enter() {
    document.getElementById("tabs").hidden = true;
    const digits = digitsField("digits", t("lock.digits"));
    this.input = digits.querySelector("input");
    this.problem = make("p", { class: "problem", role: "alert", hidden: true });
    const form = make("form", { class: "stack", submit: (event) => { event.preventDefault(); this.check(); } }, digits, this.problem,
      make("button", { class: "button primary large" }, t("lock.open")));
    this.input.addEventListener("input", () => this.input.value.length === 4 && this.check());
    show(make("section", { class: "plain-screen", "data-screen": "lock" }, make("div", { class: "medal" }, icon("user")),
      make("h1", {}, t("lock.locked")), make("p", {}, t("lock.kept")), form, button(t("lock.forgotten"), this.forgotten, { kind: "plain" })));
    this.input.focus();
  }

  async check() {
    const lock = read();
    const left = lock.until - Date.now();
    const typed = this.input.value;
    this.input.value = "";
    if (left > 0) return this.say(t("lock.wait", { n: Math.ceil(left / 1000) }));
    if ((await hashOf(typed, lock.salt)) === lock.hash) {
      keepLock({ ...lock, wrong: 0, until: 0 });
      return this.opened();
    }
    const wrong = lock.wrong + 1;
    // Every further wrong try waits twice as long.
    const pause = wrong < TRIES ? 0 : PAUSE_MS * 2 ** Math.min(wrong - TRIES, 8);
    keepLock({ ...lock, wrong, until: pause ? Date.now() + pause : 0 });
    return this.say(pause ? t("lock.wait", { n: pause / 1000 }) : t("lock.wrong"));
  }

  say(text) {
    this.problem.hidden = false;
    this.problem.textContent = text;
    this.input.focus();
  }

  leave() {}
}
