// Meetings of a day or a week: arrow keys and dragging fill the form that moves one, which then asks
// the other side. Nothing is moved before somebody has sent that form.
//   on "Move": left and right a day, up and down a quarter of an hour; Enter opens the form, Escape forgets
//   a meeting is dragged onto a cell or group with data-date, data-field and data-id

import { t } from "./words.js";

const MINUTE = 60_000;
const STEPS = { ArrowLeft: -24 * 60, ArrowRight: 24 * 60, ArrowUp: -15, ArrowDown: 15 };
const MEETING = "li[data-movable]";

// Local times of the event: the server knows the zone, here they are only counted on.
const read = (local) => Date.parse(`${local.slice(0, 16)}Z`);
const write = (at) => new Date(at).toISOString().slice(0, 16);

const lang = document.documentElement.lang || "en";
const day = new Intl.DateTimeFormat(lang, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" });

const mover = (meeting) => meeting.querySelector("[data-open=move]");

/** What the form will begin with, changed by `change`; what it was is kept until it is forgotten. */
function plan(meeting, change) {
  const button = mover(meeting);
  button.dataset.was ??= button.dataset.fill;
  const fill = JSON.parse(button.dataset.fill);
  button.dataset.fill = JSON.stringify({ ...fill, ...change(fill) });
  return JSON.parse(button.dataset.fill);
}

function forget(meeting) {
  const button = mover(meeting);
  if (button.dataset.was) button.dataset.fill = button.dataset.was;
  delete button.dataset.was;
  meeting.querySelector("output").textContent = "";
}

const moved = (fill, by) => ({ starts_at: write(read(fill.starts_at) + by), ends_at: write(read(fill.ends_at) + by) });

document.addEventListener("keydown", (event) => {
  const meeting = event.target.matches?.("[data-open=move]") && event.target.closest(MEETING);
  if (!meeting) return;
  if (event.key === "Escape") forget(meeting);
  const step = STEPS[event.key];
  if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const now = plan(meeting, (fill) => moved(fill, step * MINUTE));
  const [from, to] = [read(now.starts_at), read(now.ends_at)];
  meeting.querySelector("output").textContent = t("js-calendar-to", { day: day.format(from), from: clock.format(from), to: clock.format(to) });
});

document.addEventListener("focusout", (event) => {
  const meeting = event.target.matches?.("[data-open=move]") && event.target.closest(MEETING);
  // The form that it opens takes the focus, and what was planned with it.
  if (meeting && !document.getElementById("move").open) forget(meeting);
});

let dragged = null;

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(MEETING) ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", mover(dragged).getAttribute("aria-label"));
  dragged.dataset.dragged = "";
});

const place = (event) => (dragged ? event.target.closest?.("[data-date]") : null);

document.addEventListener("dragover", (event) => {
  const over = place(event);
  for (const other of document.querySelectorAll("[data-over]")) if (other !== over) delete other.dataset.over;
  if (!over) return;
  event.preventDefault();
  over.dataset.over = "";
});

document.addEventListener("drop", (event) => {
  const onto = place(event);
  if (!onto) return;
  event.preventDefault();
  const meeting = dragged;
  forget(meeting);
  plan(meeting, (fill) => {
    const by = Date.parse(`${onto.dataset.date}Z`) - Date.parse(`${fill.starts_at.slice(0, 10)}Z`);
    return { ...moved(fill, by), [onto.dataset.field]: onto.dataset.id || null };
  });
  mover(meeting).click();
  forget(meeting);
});

document.addEventListener("dragend", () => {
  for (const marked of document.querySelectorAll("[data-over], [data-dragged]")) {
    delete marked.dataset.over;
    delete marked.dataset.dragged;
  }
  dragged = null;
});
