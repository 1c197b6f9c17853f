// Every text of the scanner, by key: `pair.codeHint` is the server's message `scanner-pair-code-hint`. The server
// makes a module of each language, with English where it lacks a text; only the one in use is loaded. A text with
// forms for numbers is an object by the plural categories of its language.

import languages from "./words/languages.js";

/** What each language calls itself, by its code. */
export const NAMES = new Map(languages);

let language = "en";
let texts = {};
const loads = [async (code) => (await import(`./words/${code}.js`)).default];
let plurals = new Intl.PluralRules("en");

/** The scanner in the language that the person chose here, else on the pages, else in the browser's first
 *  that we have. */
export async function chooseLanguage(chosen) {
  await useLanguage(chosen);
  document.title = `${t("tab.scan")} · Leadline`;
}

/** What was chosen on Leadline's pages in this browser; of whoever signed in here, what they chose anywhere. */
const chosenOnPages = () => document.cookie.match(/(?:^|; )leadline_language=([\w-]+)/)?.[1];

/** The language of ours that a tag means, as on the server: itself, else what it is a kind of, else the first
 *  kind of it. */
function meant(tag) {
  const parts = tag?.toLowerCase().split("-") ?? [];
  const codes = [...NAMES.keys()];
  for (let most = parts.length; most > 0; most -= 1) {
    const found = codes.find((code) => code.toLowerCase() === parts.slice(0, most).join("-"));
    if (found) return found;
  }
  return codes.find((code) => parts.length > 0 && code.toLowerCase().startsWith(`${parts.join("-")}-`));
}

/** The texts of that language, for pages that use a part of the scanner. */
export async function useLanguage(chosen) {
  const wanted = [chosen, chosenOnPages(), ...(navigator.languages ?? [navigator.language])];
  language = wanted.map(meant).find(Boolean) ?? "en";
  texts = Object.assign({}, ...(await Promise.all(loads.map((load) => load(language)))));
  plurals = new Intl.PluralRules(language);
  document.documentElement.lang = language;
}

/** More texts, in whatever language is used: `load` gives those of one. */
export async function alsoSay(load) {
  if (!loads.includes(load)) loads.push(load);
  const more = await load(language);
  texts = { ...texts, ...more };
}

/** Why something was not kept: what browsers and the core say in English has words of its own. */
export function whyOf({ name = "", message }) {
  const said = name + message;
  if (/Quota|no space|disk is full/.test(said)) return t("why.full");
  return /NoModification|InvalidState|elsewhere/.test(said) ? t("why.elsewhere") : message;
}

export const languageNow = () => language;

/** The text of a key, with `{$name}` replaced; `n` chooses among forms. */
export function t(key, values = {}) {
  const text = texts[key.replace(/\.|(?=[A-Z])/g, "-").toLowerCase()] ?? key;
  const form = typeof text === "string" ? text : (text[plurals.select(values.n ?? 0)] ?? text.other);
  return form.replace(/\{\$(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** `10:12`, or with the day when it was not today, in the event's time zone. */
export function clock(at, timeZone) {
  const time = new Date(at);
  const day = (date) => new Intl.DateTimeFormat("en-CA", { dateStyle: "short", timeZone }).format(date);
  const isToday = day(time) === day(new Date());
  const fields = isToday ? {} : { weekday: "short" };
  return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone, ...fields }).format(time);
}

/** `2 min ago`. */
export function ago(at) {
  const seconds = Math.round((at - Date.now()) / 1000);
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  if (seconds > -45) return t("now");
  if (seconds > -3600) return format.format(Math.round(seconds / 60), "minute");
  if (seconds > -86_400) return format.format(Math.round(seconds / 3600), "hour");
  return format.format(Math.round(seconds / 86_400), "day");
}
