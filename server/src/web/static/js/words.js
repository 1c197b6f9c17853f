// What the page's modules say, in its language: the shell wrote their texts into the page. A text with forms
// for numbers is an object by the plural categories of its language.

const texts = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

/** The page's language. English is written as in Britain, like the server does. */
export const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;

const plurals = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(language, { useGrouping: "always" });

/** `12,345`. */
export const number = (value) => numbers.format(value);

/** The text of a key, with `{$name}` replaced; `count` chooses among forms. */
export function t(key, values = {}) {
  const text = texts[key] ?? key;
  const form = typeof text === "string" ? text : (text[plurals.select(values.count ?? 0)] ?? text.other);
  return form.replace(/\{\$(\w+)\}/g, (whole, name) => (typeof values[name] === "number" ? number(values[name]) : values[name] ?? whole));
}
