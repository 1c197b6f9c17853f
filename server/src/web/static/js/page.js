// What every page module shares: the page's data, slots, messages, times in the event's zone.

import { language, t } from "./words.js";

/** The JSON that the server put into the page. */
export function pageData(root = document) {
  return JSON.parse(root.getElementById("page-data").textContent);
}

// On phones the menu is a strip: the page that one is on comes into view.
for (const here of document.querySelectorAll(".side [aria-current], .tabs [aria-current]")) here.scrollIntoView({ inline: "center", block: "nearest" });

/** Sets the text of the elements marked `data-slot` within `root`; leaves equal text alone. */
export function fill(root, texts) {
  for (const [name, text] of Object.entries(texts)) {
    const slot = root.querySelector(`[data-slot="${name}"]`);
    const wanted = String(text ?? "");
    if (slot && slot.textContent !== wanted) slot.textContent = wanted;
  }
}

/** Makes an element: `make("span", { class: "tag" }, "text", child)`. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

/** Shows a short message; with `action` it stays until it is used or dismissed. */
export function toast(text, action) {
  const list = document.getElementById("toasts");
  const box = make("div", { class: "toast" }, make("p", {}, text));
  if (action) box.append(make("button", { type: "button", click: () => { box.remove(); action.run(); } }, action.label));
  box.append(make("button", { type: "button", click: () => box.remove() }, t("js-page-dismiss")));
  while (list.children.length > 2) list.firstElementChild.remove();
  list.append(box);
  if (!action) setTimeout(() => box.remove(), 6000);
}

/** Calls the API with JSON, or with a file as it is; answers the body, or throws an error with `status` and the problem's `detail`. */
export async function api(path, { method = "GET", body, headers = {} } = {}) {
  let answer;
  const isFile = body instanceof Blob;
  try {
    answer = await fetch(path, {
      method,
      headers: { accept: "application/json", ...(body && !isFile ? { "content-type": "application/json" } : {}), ...headers },
      body: body && !isFile ? JSON.stringify(body) : body,
    });
  } catch {
    throw Object.assign(new Error(t("js-page-unreachable")), { status: 0 });
  }
  const isJson = answer.headers.get("content-type")?.includes("json");
  const content = isJson ? await answer.json() : null;
  if (answer.ok) return content;
  const detail = content?.detail || content?.title || t("js-page-answered", { status: String(answer.status) });
  throw Object.assign(new Error(detail), { status: answer.status, code: content?.code, errors: content?.errors });
}

/** What is wrong with a field as a sentence: `This must be a text.`; where the language names no field, its first
 *  word begins it. */
export function sentence(detail) {
  const text = t("js-page-this", { detail }).replace(/\?\.$/, "?");
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}

/** Times in the event's zone; the server sends the zone's offsets, so both always agree. */
export class EventZone {
  /** @param {{from_ms: number, offset_s: number, abbreviation: string}[]} spans oldest first */
  constructor(spans) {
    this.spans = spans;
  }

  span(ms) {
    let current = this.spans[0];
    for (const span of this.spans) if (span.from_ms <= ms) current = span;
    return current;
  }

  local(ms) {
    return new Date(ms + this.span(ms).offset_s * 1000);
  }

  /** The local day as `2026-11-22`. */
  day(ms) {
    return this.local(ms).toISOString().slice(0, 10);
  }

  /** `10:12`. */
  clock(ms) {
    return this.local(ms).toISOString().slice(11, 16);
  }

  /** `10:12 CET`, with the day before it when that is not today. */
  short(ms) {
    const time = `${this.clock(ms)} ${this.span(ms).abbreviation}`;
    const day = this.day(ms);
    const now = Date.now();
    if (day === this.day(now)) return time;
    if (day === this.day(now - 86_400_000)) return t("js-page-yesterday", { time });
    const words = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
    return t("js-page-on-day", { day: words.format(this.local(ms)).replace(",", ""), time });
  }
}

/** Runs `work` after `ms` without another call. */
export function debounce(ms, work) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), ms);
  };
}

/** Says something to screen readers, gathered so that a busy stand does not talk over itself. */
export class Announcer {
  constructor(region, sentence) {
    this.region = region;
    this.sentence = sentence;
    this.waiting = [];
  }

  add(item) {
    this.waiting.push(item);
    this.timer ??= setTimeout(() => {
      this.region.textContent = this.sentence(this.waiting);
      this.waiting = [];
      this.timer = undefined;
    }, 4000);
  }
}
