// A row of the Leads tab from a lead of the live stream. The server writes the same row from the same
// rules (see `leads/page/row.rs`); the markup itself exists once, in `leads/row.html`.

import { fill, make } from "./page.js";
import { number, t } from "./words.js";

const FLAGS = {
  badge_revoked: ["js-lead-revoked-badge", "attention"],
  build_up: ["js-lead-build-up", ""],
  late_upload: ["js-lead-late-upload", ""],
  time_outside_event: ["js-lead-outside-hours", ""],
  not_disclosed: ["js-lead-not-disclosed", ""],
  unknown_member: ["js-lead-unknown-colleague", "attention"],
};

/** The person's name, or what is shown instead of it. */
export const leadName = (lead) => named(lead) ?? t(instead(lead));

/** The person's name, where it may be shown. */
function named(lead) {
  const full = (contact) => [contact?.first_name, contact?.last_name].filter(Boolean).join(" ");
  if (isClosed(lead)) return null;
  return full(lead.registration) || full(lead.contact) || lead.contact?.email || lead.contact?.company || null;
}

/** The key of what stands in the place of a name. */
function instead(lead) {
  if (lead.consent === "withdrawn") return "js-lead-withdrawn";
  if (lead.consent === "erased") return "js-lead-erased";
  if (lead.match === "unmatched") return isRevoked(lead) ? "js-lead-revoked-badge" : "js-lead-details-follow";
  return lead.consent === "pending" ? "js-lead-waiting-for-consent" : "js-lead-not-disclosed";
}

const isRevoked = (lead) => lead.flags.includes("badge_revoked");

/** The value of a contact field: the registration's, else the exhibitor's own. */
export function leadField(lead, field) {
  return lead.registration?.[field] || lead.contact?.[field] || "";
}

/** `buyer` as `Buyer`, `vip` as `VIP`: categories are codes. */
function labelled(code) {
  if (!code) return "";
  if (/^[\x00-\x7f]{1,3}$/.test(code)) return code.toUpperCase();
  const words = code.replace(/[_-]/g, " ");
  return words[0].toUpperCase() + words.slice(1);
}

/** Who made the newest scan, and on what. */
export function lastBy(lead) {
  const scan = lead.scans[0];
  if (!scan) return lead.match === "manual" ? t("js-lead-typed-by-hand") : "";
  const who = scan.operator || scan.member_name;
  return [who && t("js-lead-by", { who }), scan.device_name].filter(Boolean).join(" · ");
}

/** Writes the lead into a row, keeping what is focused. */
export function paintRow(row, lead, { zone, base, query, canEdit, categories }) {
  const name = leadName(lead);
  const hasPerson = Boolean(lead.registration || lead.contact);
  const at = lead.last_scanned_at ? Date.parse(lead.last_scanned_at) : 0;
  row.dataset.id = lead.id;
  row.dataset.version = lead.version;
  row.dataset.at = at;
  row.toggleAttribute("data-muted", !hasPerson);
  row.querySelector("[data-pick]")?.setAttribute("aria-label", t("js-lead-pick", { name }));
  row.querySelector('[data-slot="name"]').setAttribute("href", `${base}/${lead.id}${query}`);
  const time = row.querySelector('[data-slot="time"]');
  if (at) time.setAttribute("datetime", lead.last_scanned_at);
  fill(row, {
    name,
    job: leadField(lead, "job_title"),
    company: leadField(lead, "company"),
    about: [categories[lead.registration?.category] ?? labelled(lead.registration?.category), leadField(lead, "country")].filter(Boolean).join(" · "),
    time: at ? zone.short(at) : t("js-lead-not-scanned"),
    by: lastBy(lead),
    scans: number(lead.scan_count),
    notes: number(lead.note_count),
  });
  for (const slot of ["scans", "notes"]) {
    const cell = row.querySelector(`[data-slot="${slot}"]`);
    cell.toggleAttribute("data-zero", cell.textContent === "0");
  }
  const said = named(lead) ? null : instead(lead);
  const flags = lead.flags.filter((flag) => FLAGS[flag] && FLAGS[flag][0] !== said).map((flag) => FLAGS[flag]);
  if (lead.match === "unmatched" && said !== "js-lead-details-follow" && !isRevoked(lead)) flags.unshift(["js-lead-details-follow", "attention"]);
  row.querySelector('[data-slot="flags"]').replaceChildren(...flags.map(([label, kind]) => make("span", { class: `flag ${kind}` }, t(label))));
  row.querySelector('[data-slot="tags"]').replaceChildren(...lead.tags.map((tag) => make("span", { class: "tag" }, tag)));
  const rate = row.querySelector('[data-slot="rate"]');
  rate.setAttribute("aria-label", t("js-lead-rating-of", { name }));
  paintRating(rate, lead.rating);
  for (const button of rate.querySelectorAll("button")) button.disabled = isClosed(lead) || !canEdit;
}

/** Presses the button of the rating, and makes the group one stop of the tab key. */
export function paintRating(group, rating) {
  const buttons = [...group.querySelectorAll("[data-rate]")];
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.rate === rating));
  const stop = buttons.find((button) => button.dataset.rate === rating) ?? buttons[0];
  for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
}

/** The source of a part's leads. */
const SOURCE_OF = { contact_sharing: "contact_sharing", sessions: "session", networking: "networking", meetings: "meeting" };

/** What an address says of how a list looks, and not of what is in it. */
const NO_FILTERS = ["sort", "limit", "cursor", "export", "columns"];

/** The filters of an address, as names and values. */
export const filtersOf = (parameters) => [...parameters].filter(([name, value]) => value !== "" && !NO_FILTERS.includes(name));

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** What the server finds leads by. */
const FOUND_BY = ["last_name", "first_name", "company", "email", "job_title", "city", "country", "phone"];

const isClosed = (lead) => lead.consent === "withdrawn" || lead.consent === "erased";

/** Whether all words that are searched for are somewhere in a lead. Other scripts are folded by the server alone. */
function isFound(lead, value) {
  const texts = isClosed(lead) ? [] : [...FOUND_BY.flatMap((field) => [lead.registration?.[field], lead.contact?.[field]]), ...lead.tags];
  const text = folded(texts.filter(Boolean).join(" "));
  const words = folded(value).split(/\s+/).filter(Boolean).slice(0, 8);
  return words.every((word) => text.includes(word)) || (/[^\x00-\x7f]/.test(text + words.join("")) ? undefined : false);
}

/** Whether a lead has an answer; of those who withdrew, it is not told. */
function isAnswered(lead, value) {
  if (isClosed(lead)) return undefined;
  const at = value.indexOf(":");
  const answer = Object.hasOwn(lead.answers, value.slice(0, at)) ? lead.answers[value.slice(0, at)] : null;
  return [answer].flat().some((one) => one !== null && String(one) === value.slice(at + 1));
}

/** Whether nothing of a lead may be left, because all of it was taken back: such a lead is in no list. */
const isBare = (lead) => lead.scan_count === 0 && lead.sources.every((source) => source === "manual") && (lead.match !== "manual" || !lead.contact);

/**
 * Whether a lead belongs into the list that is filtered so: true, false, or undefined where only the
 * server can tell.
 */
export function isWanted(lead, parameters, { zone, booths, member }) {
  let verdict = isBare(lead) && parameters.get("annulled") !== "true" ? undefined : true;
  for (const [name, value] of filtersOf(parameters)) {
    const scanned = (fits) => lead.scans.some((scan) => fits(Date.parse(scan.at), scan)) || (lead.scan_count > lead.scans.length ? undefined : false);
    // A time without an offset is what a clock at the event shows.
    const isBefore = (at) => (/(Z|[+-]\d\d:\d\d)$/.test(value) ? at < Date.parse(value) : zone.local(at).toISOString().slice(0, value.length) < value);
    const known = {
      q: () => isFound(lead, value),
      tab: () => !(value in SOURCE_OF) || lead.sources.includes(SOURCE_OF[value]),
      source: () => lead.sources.includes(value),
      rating: () => lead.rating === value,
      unrated: () => (value === "true") === !lead.rating,
      has_note: () => (value === "true") === lead.note_count > 0,
      tag: () => lead.tags.includes(value),
      category: () => lead.registration?.category === value,
      country: () => lead.consent === "granted" && lead.registration?.country === value,
      match: () => lead.match === value,
      consent: () => lead.consent === value,
      annulled: () => true,
      stage: () => lead.stage === value,
      owner: () => lead.owner === value,
      mine: () => value !== "true" || lead.owner === member || scanned((_, scan) => scan.member === member),
      answer: () => isAnswered(lead, value),
      scanned_by: () => scanned((_, scan) => scan.member === value),
      device: () => scanned((_, scan) => scan.device === value),
      booth: () => (value in booths ? scanned((_, scan) => scan.booth === booths[value]) : undefined),
      day: () => scanned((at) => zone.day(at) === (value === "today" ? zone.day(Date.now()) : value)),
      since: () => scanned((at) => !isBefore(at)),
      until: () => scanned(isBefore),
      new_since_export: () => true,
    }[name];
    const answer = known?.();
    if (answer === false) return false;
    if (answer === undefined) verdict = undefined;
  }
  return verdict;
}
