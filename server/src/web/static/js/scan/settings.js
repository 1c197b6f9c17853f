// Choices of the person who holds the phone: language, sound, how long a result stays, names.

import { button, make } from "./dom.js";
import * as phone from "./phone.js";
import { NAMES, chooseLanguage, languageNow, t } from "./strings.js";

function choice(label, name, options, value, chosen) {
  const select = make("select", { class: "input", id: `s-${name}`, change: () => chosen(select.value) },
    options.map(([code, text]) => make("option", { value: code }, text)));
  select.value = value;
  return make("div", { class: "setting" }, make("label", { for: `s-${name}` }, label), select);
}

function toggle(label, name) {
  const box = make("input", { type: "checkbox", id: `s-${name}`, class: "switch", role: "switch", change: () => phone.set({ [name]: box.checked }) });
  box.checked = phone.settings()[name];
  return make("div", { class: "setting" }, make("label", { for: `s-${name}` }, label), box);
}

/** The switch between languages; `redraw` shows the screen anew. */
export const languageChoice = (redraw) =>
  choice(t("settings.language"), "language", [...NAMES], languageNow(), async (language) => {
    phone.set({ language });
    // What the server says is in the language that this browser keeps for it.
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `leadline_language=${language}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    await chooseLanguage(language);
    redraw();
  });

/** The lock: set, changed or taken off by whoever holds the open phone. */
function lockRow(redraw) {
  if (!globalThis.crypto?.subtle) return null;
  const remove = () => { phone.keepLock(null); redraw(); };
  const choose = async () => (await import("./seldom/lock.js")).chooseDigits(redraw);
  return make("div", { class: "setting" }, make("span", {}, t("lock.setting")), phone.lock()
    ? button(t("lock.remove"), remove, { "data-act": "unlock" }) : button(t("lock.choose"), choose, { "data-act": "lock" }));
}

/** All settings as a group of rows. */
export function settingRows(app, redraw) {
  const { cardSeconds, opens, hasNames } = phone.settings();
  const seconds = [1, 2, 3, 5].map((n) => [String(n), t("settings.seconds", { n })]);
  return [
    toggle(t("settings.sound"), "sound"),
    toggle(t("settings.vibrate"), "vibrate"),
    choice(t("settings.card"), "card", [...seconds, ["open", t("settings.cardOpen")]], opens ? "open" : String(cardSeconds),
      (value) => phone.set(value === "open" ? { opens: true } : { opens: false, cardSeconds: Number(value) })),
    choice(t("settings.names"), "names", [["some", t("settings.namesSome")], ["none", t("settings.namesNone")]], hasNames ? "some" : "none",
      (value) => { phone.set({ hasNames: value === "some" }); app.link.ask("names", { names: phone.names() }); }),
    lockRow(redraw),
    languageChoice(redraw),
  ].filter(Boolean);
}
