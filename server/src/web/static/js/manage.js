// Pages that manage something. What can be done is written in the page:
//   data-open="ID"          opens a dialog; data-fill='{"name": …}' fills its fields and `{id}`s first
//   data-call="POST /api/…" on a form or button calls the API; what it says of a field is shown there
//   data-ask="Sentence"     asks first; data-ask-do names the deed
//   data-answer="ID"        shows the answer through the template of this id, for what is told only once
//   data-done="Sentence"    says so afterwards
//   data-also="POST /api/…" on a link: tells the server that it was followed
//   data-under="a.{}.b"     on a field: its value names an entry of its own there, which begins as data-as
//   data-add-line="name"    adds the button's value as a line of that field
//   data-find="ID"          on a search field: shows the rows of this list that hold all its words
// Afterwards the server renders the page anew, so that nothing is drawn twice.

import { api, make, sentence, toast } from "./page.js";
import { t } from "./words.js";

const main = () => document.getElementById("main");

/** Reads the page again and takes over its content; dialogs lie outside of it or close. */
async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (answer.redirected || !answer.ok) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  main().replaceWith(document.adoptNode(page.getElementById("main")));
  return undefined;
}

const filled = (text, values) => text.replaceAll(/\{(\w+)\}/g, (whole, name) => encodeURIComponent(values[name] ?? whole));

const parted = (text, by) => text.split(by).map((part) => part.trim()).filter(Boolean);

// Fields that hold a list as text: how it is read, and how it is written back.
const LISTS = {
  words: { read: (text) => parted(text, ","), write: (words) => words.join(", ") },
  spans: {
    read: (text) => parted(text, ",").map((span) => { const [from, to] = parted(span, /[-–]/); return { from, to: to ?? "" }; }),
    write: (spans) => spans.map(({ from, to }) => `${from}-${to}`).join(", "),
  },
  // One a line: name, position, company. Who was there before keeps what the line does not show.
  people: {
    read: (text, before) => parted(text, "\n").map((line) => {
      const [name, job_title, company] = line.split(",").map((part) => part.trim());
      const known = before?.find((person) => person.name === name);
      return { name, ...(job_title && { job_title }), ...(company && { company }), ...(known?.member_id && { member_id: known.member_id }) };
    }),
    write: (people) => people.map(({ name, job_title, company }) => (company ? [name, job_title ?? "", company] : [name, job_title].filter(Boolean)).join(", ")).join("\n"),
  },
  // One a line: name, what for, e-mail, phone; an address and a number are known by what they look like.
  contacts: {
    read: (text) => parted(text, "\n").map((line) => {
      const parts = parted(line, ",");
      const take = (is) => { const at = parts.findIndex((part, place) => place > 0 && is(part)); return at < 0 ? null : parts.splice(at, 1)[0]; };
      const [email, phone] = [take((part) => part.includes("@")), take((part) => /^\+?[\d\s()./-]{5,}$/.test(part))];
      return { name: parts[0] ?? "", about: parts.slice(1).join(", ") || null, email, phone };
    }),
    write: (contacts) => contacts.map(({ name, about, email, phone }) => [name, about, email, phone].filter(Boolean).join(", ")).join("\n"),
  },
};

function put(field, value) {
  const list = LISTS[field.dataset.kind];
  if (list) { field.value = list.write(value ?? []); return; }
  if (field.type === "checkbox" && field.name.endsWith("[]")) field.checked = (value ?? []).includes(field.value);
  else if (field.type === "checkbox") field.checked = Boolean(value);
  else if (field.dataset.kind === "yes-no") field.value = value === null ? "" : value ? "yes" : "no";
  else field.value = value ?? "";
}

/** `terms.live` of `{terms: {live: true}}`. */
const within = (values, path) => path.split(".").reduce((value, name) => value?.[name], values);

function open(button) {
  const dialog = document.getElementById(button.dataset.open);
  const form = dialog.querySelector(".dialog-body");
  form.reset();
  clear(form);
  const values = JSON.parse(button.dataset.fill ?? "{}");
  form.fill = values;
  for (const field of form.elements) if (field.name) {
    const value = within(values, field.name.replace("[]", ""));
    if (value !== undefined) put(field, value);
  }
  for (const slot of dialog.querySelectorAll("[data-slot]")) slot.textContent = values[slot.dataset.slot] ?? "";
  dialog.showModal();
}

const plain = (text, between) => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase().replaceAll(/[^a-z0-9]+/g, between).replaceAll(new RegExp(`^${between}|${between}$`, "g"), "");

/** The form as JSON: lists by `name[]`, objects by `a.b`, numbers and yes/no by their kind; what is empty is left out. */
function body(form) {
  const sent = {};
  const set = (path, value) => {
    const names = path.split(".");
    const last = names.pop();
    const place = names.reduce((object, name) => (object[name] ??= {}), sent);
    place[last] = value;
  };
  for (const field of form.elements) {
    if (!field.name || field.disabled || field.type === "submit") continue;
    if (field.dataset.under) { // names an entry of its own
      if (plain(field.value, "_")) set(field.dataset.under.replace("{}", plain(field.value, "_")), field.dataset.as);
    } else if (field.name.endsWith("[]")) {
      const name = field.name.slice(0, -2);
      if (within(sent, name) === undefined && !field.dataset.omit) set(name, []);
      if (field.checked) {
        if (within(sent, name) === undefined) set(name, []);
        within(sent, name).push(field.value);
      }
    } else if (field.type === "checkbox") set(field.name, field.checked);
    else if (field.dataset.kind in LISTS && !(field.value.trim() === "" && "null" in field.dataset)) {
      set(field.name, LISTS[field.dataset.kind].read(field.value, form.fill?.[field.name]));
    }
    else if (field.value === "") {
      if ("null" in field.dataset) set(field.name, null);
      else if (field.name.includes(".")) set(field.name, undefined);
    } else if (field.type === "number") set(field.name, Number(field.value));
    else if (field.dataset.kind === "time") set(field.name, inZone(field.value, form.querySelector("[data-zone]").value));
    else if (field.dataset.kind === "yes-no") set(field.name, field.value === "yes");
    else set(field.name, field.value);
  }
  return sent;
}

/** A local time of a zone as UTC: the offset is looked up where the time would be, then once more where it is. */
function inZone(local, zone) {
  const wanted = Date.parse(`${local}Z`);
  let words;
  try {
    words = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  } catch {
    return local; // The server says what is wrong with the zone.
  }
  const offset = (at) => Date.parse(`${words.format(new Date(at)).replace(" ", "T")}Z`) - at;
  const first = wanted - offset(wanted);
  return new Date(wanted - offset(first)).toISOString();
}

function clear(form) {
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const wrong of form.querySelectorAll(".wrong")) wrong.remove();
  const problem = form.querySelector(".form-problem");
  if (problem) problem.textContent = "";
}

function refuse(form, error) {
  const unplaced = [];
  for (const { pointer, detail } of error.errors ?? []) {
    const name = pointer.slice(1).replaceAll("/", ".");
    const field = [...form.elements].find((one) => one.name === name || one.name === `${name}[]` || one.name === name.replace(/\.\d+$/, "[]"))
      ?? [...form.elements].find((one) => one.dataset.kind in LISTS && one.name === name.split(".")[0]);
    if (!field) unplaced.push(`${name} ${detail}`);
    else {
      field.setAttribute("aria-invalid", "true");
      field.closest(".field, fieldset")?.append(make("span", { class: "wrong" }, sentence(detail)));
    }
  }
  const problem = form.querySelector(".form-problem");
  const text = error.errors?.length ? unplaced.join("; ") : error.message;
  if (problem) problem.textContent = text;
  else if (text) toast(text);
  form.querySelector('[aria-invalid="true"]')?.focus();
}

function ask(element) {
  const dialog = document.getElementById("ask");
  document.getElementById("ask-title").textContent = element.dataset.ask;
  document.getElementById("ask-do").textContent = element.dataset.askDo ?? t("js-manage-yes");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** Fills a template with an answer: `data-text="name"`, `data-src`, `data-href` and `data-value`; what is said only
 *  when a part of the answer is true, or unless it is, goes out by `data-when` and `data-unless`. */
function show(id, answer) {
  const template = document.getElementById(id);
  const content = template.content.cloneNode(true);
  for (const [kind, property] of [["text", "textContent"], ["src", "src"], ["href", "href"], ["value", "value"]]) {
    for (const element of content.querySelectorAll(`[data-${kind}]`)) element[property] = filledPlain(element.dataset[kind], answer);
  }
  for (const element of content.querySelectorAll("[data-when]")) if (!answer[element.dataset.when]) element.remove();
  for (const element of content.querySelectorAll("[data-unless]")) if (answer[element.dataset.unless]) element.remove();
  for (const link of content.querySelectorAll("[data-also]")) link.dataset.fill ??= JSON.stringify(answer);
  document.getElementById("answer-title").textContent = template.dataset.title;
  document.getElementById("answer-body").replaceChildren(content);
  document.getElementById("answer").showModal();
}

/** `badge: {id}` as `badge_id` beside the rest. */
const flat = (answer) => Object.fromEntries(Object.entries(answer).flatMap(([name, value]) => (
  value && typeof value === "object" && !Array.isArray(value)
    ? Object.entries(value).map(([inner, text]) => [`${name}_${inner}`, text]) : [[name, value]])));

const filledPlain = (text, values) => (text in values ? values[text] : text.replaceAll(/\{(\w+)\}/g, (_, name) => values[name] ?? ""));

async function call(element, isForm) {
  if (element.dataset.ask && !(await ask(element))) return;
  const [method, path] = element.dataset.call.split(" ");
  const values = element.fill ?? JSON.parse(element.dataset.fill ?? "{}");
  const headers = "version" in values ? { "if-match": `"${values.version}"` } : {};
  const button = isForm ? element.querySelector("button:not([type=button])") : element;
  button.disabled = true;
  try {
    const sent = isForm ? body(element) : element.dataset.body ? JSON.parse(element.dataset.body) : undefined;
    const answer = await api(filled(path, values), { method, body: sent, headers });
    element.closest("dialog")?.close();
    if (element.dataset.answer) show(element.dataset.answer, flat(answer));
    if (element.dataset.done) toast(element.dataset.done);
    if (element.dataset.leave) location.href = filled(element.dataset.leave, answer ?? {});
    else await refresh();
  } catch (error) {
    if (isForm) refuse(element, error);
    else toast(error.message);
  } finally {
    button.disabled = false;
  }
}

/** A link that opens something and tells the server so. */
async function also(link) {
  const [method, path] = link.dataset.also.split(" ");
  try {
    await api(filled(path, JSON.parse(link.dataset.fill ?? "{}")), { method });
    await refresh();
  } catch (error) {
    toast(error.message);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button, a");
  if (!button) return;
  if (button.dataset.open) open(button);
  else if (button.dataset.close !== undefined) button.closest("dialog").close();
  else if (button.dataset.print !== undefined) print();
  else if (button.dataset.addLine) {
    const field = button.form.elements[button.dataset.addLine];
    field.value = [...parted(field.value, "\n"), button.value].join("\n");
  }
  else if (button.dataset.also) also(button);
  else if (button.dataset.copy) {
    navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value).then(() => toast(t("js-manage-copied")), () => toast(t("js-manage-copy-by-hand")));
  } else if (button.dataset.call && button.tagName === "BUTTON" && !button.closest("form[data-call]")) call(button, false);
});

// What is folded up on the screen is printed all the same.
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details[data-printed]")) folded.open = true;
});

document.addEventListener("submit", (event) => {
  if (!event.target.dataset.call) return;
  event.preventDefault();
  clear(event.target);
  call(event.target, true);
});

// The zones that this browser knows, the one it stands in first.
for (const field of document.querySelectorAll("[data-zone]")) {
  field.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone;
  field.list?.append(...Intl.supportedValuesOf("timeZone").map((zone) => make("option", { value: zone })));
}

// Finding within what the page lists.
document.addEventListener("input", (event) => {
  const rows = event.target.dataset?.find && document.getElementById(event.target.dataset.find);
  if (!rows) return;
  const words = event.target.value.toLowerCase().split(/\s+/);
  for (const row of rows.children) {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  }
});

// A short name follows the name until somebody writes their own.
document.addEventListener("input", (event) => {
  const form = event.target.form;
  const slug = form?.querySelector("[data-slug-of]");
  if (!slug || event.target.name !== slug.dataset.slugOf || slug.dataset.own) {
    if (event.target === slug) slug.dataset.own = "yes";
    return;
  }
  slug.value = plain(event.target.value, "-").slice(0, 60);
});
