// The scanner's worker: reads frames, decides with mobile-core what becomes a scan, keeps it on disk,
// and only then says so; sends what is kept for as long as it lives. Messages are {id, call, asked}, answers
// {id, value} or {id, error}; what happens meanwhile comes as {event, …}.

import { loadCore } from "../core.js";
import { holderOf } from "./book.js";
import { Desk } from "./desk.js";
import { wasKept } from "./storage.js";

let core;
let decoder;
let aim;
let canvas;
let desk; // what is open while the phone is paired; null otherwise

const tell = (event, rest = {}) => self.postMessage({ event, ...rest });

function decode(bitmap, effort) {
  const { width, height } = bitmap;
  canvas ??= new OffscreenCanvas(width, height);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, codes: decoder.decode(data, { width, height, layout: "rgba", effort }) };
}

/** The code nearest the middle of a still picture. */
function middle({ width, height, codes }) {
  const distance = ({ corners }) => {
    const x = corners.reduce((sum, corner) => sum + corner.x, 0) / 4 - width / 2;
    const y = corners.reduce((sum, corner) => sum + corner.y, 0) / 4 - height / 2;
    return x * x + y * y;
  };
  return codes.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}

/** A device without a stand takes attendance at the organiser's doors. */
async function openDoor() {
  if (desk.pairing.exhibitor) return;
  const { Door } = await import("../door/door.js");
  desk.feed?.stop();
  desk.door = new Door(desk);
}

const take = (code, entry) => (desk.door ?? desk).scan(code, entry);

/** Takes what is aimed at; what could not be kept does not count as taken. */
async function takeAimed(text) {
  try {
    return await take(text, "camera");
  } catch (error) {
    aim.give_back(text);
    throw error;
  }
}

/** A code that was not aimed at: {card}, or {ask, kind} where it may be no badge. */
async function takeOrAsk(code, entry) {
  const { asks_first: asks, kind } = core.parse(code);
  return asks ? { ask: code, kind } : { card: await take(code, entry) };
}

/** Whether a text is surely a badge: of this event, or of a grammar that badges have. */
function isBadge(code) {
  const { asks_first: asks, kind } = core.parse(code);
  return desk.filter?.verdict(code).type === "genuine" || !(asks || kind === "opaque");
}

const calls = {
  async load() {
    core = await loadCore();
    decoder = new core.BadgeDecoder();
    aim = new core.Aim();
  },
  /** Reads a frame without taking anything: for pairing. */
  look({ bitmap, effort = "preview" }) {
    const code = middle(decode(bitmap, effort));
    return code && { text: code.text, ...core.parse(code.text) };
  },
  parse: ({ text }) => core.parse(text),
  badgeNumber: ({ text }) => core.parse_badge_number(text) ?? null,
  wasKept: () => wasKept("scans"),
  async open({ pairing, names, shift }) {
    desk = await Desk.open(core, tell, pairing, { names, shift });
    await openDoor();
    return desk.state();
  },
  /** A frame of the camera: {verdict, card?}. */
  async frame({ bitmap, share }) {
    const { width, height, codes } = decode(bitmap, "preview");
    const verdict = aim.see({ width, height, share }, codes, performance.now());
    if (verdict.type === "take") return { verdict, card: await takeAimed(verdict.text) };
    if (verdict.type === "tap_to_repeat" && desk.door?.isAgain(verdict)) {
      return { verdict: { type: "take" }, card: await takeAimed(aim.tap(performance.now())) };
    }
    const earlier = verdict.type === "tap_to_repeat" ? desk.seen.earlier(verdict.text, Date.now()) : null;
    return { verdict, earlier, kind: verdict.type === "tap_to_take" ? core.parse(verdict.text).kind : null };
  },
  /** The person tapped what the last frame offered; `text` is what stood on the screen. */
  async tap({ text }) {
    const offered = aim.tap(performance.now());
    return takeAimed(offered ?? text);
  },
  scan: ({ code, entry }) => take(code, entry),
  door: ({ act, ...rest }) => desk.door[act](rest),
  /** A photograph: {card}, {ask, kind} for what may be no badge, or {} when no code is in it. */
  async photo({ bitmap }) {
    const code = middle(decode(bitmap, "thorough"));
    return code ? takeOrAsk(code.text, "photo") : {};
  },
  /** What a hardware reader typed, or meant where it is set to another layout than this device; as of a photograph. */
  reader: ({ text, other }) => takeOrAsk(!isBadge(text) && isBadge(other) ? other : text, "reader"),
  /** Any other capture; gives the lead as it is shown then. */
  async capture({ fields }) {
    const { id, entry } = await desk.take(fields);
    desk.leadsChanged();
    return { ...desk.book.view(entry), isLoose: desk.loose.has(id) };
  },
  newId: () => desk.queue.newId(),
  lead({ key }) {
    const entry = desk.isEnded ? null : desk.book.find(key);
    return entry && desk.book.view(entry);
  },
  rows({ query, isOwn, limit = 200 }) {
    const rows = desk.isEnded ? [] : desk.book.rows(query ?? "", { member: isOwn ? holderOf(desk.shift) : undefined });
    return { rows: rows.slice(0, limit), total: rows.length };
  },
  sync() {
    desk.sync.nudge("network_back");
    desk.feed?.nudge();
  },
  state: () => desk.state(),
  notAccepted: () => desk.queue.kept.not_accepted(),
  async dismiss({ id }) {
    desk.queue.kept.dismiss(id);
    await desk.storage.settled();
    desk.tellState();
  },
  rescue() {
    const { event, device_id, exhibitor, token, rescue_key } = desk.pairing;
    const saver = { event_id: event.id, rescue_key, device_id, exhibitor_id: exhibitor?.id ?? null, token };
    return desk.queue.kept.rescue(saver, Date.now(), crypto.getRandomValues(new Uint8Array(32)));
  },
  shift({ shift, isOwn }) {
    desk.shift = shift;
    desk.seen.shift_changed(isOwn);
    if (isOwn) {
      desk.book.forgetDetails();
      // Listed again for whoever holds it now.
      desk.notes.seq = null;
      desk.follow();
    }
    desk.rememberNow();
    desk.leadsChanged();
  },
  names({ names }) {
    desk.useNames(names);
    desk.rememberNow();
    desk.leadsChanged();
  },
  /** Paired again: the queue stays, another token is used. */
  async repair({ pairing }) {
    desk.pairing = pairing;
    desk.queue.token = pairing.token;
    desk.queue.kept.deliver_to(pairing.exhibitor?.id ?? pairing.event.id, desk.queue.newId());
    desk.sync.nudge("token_changed");
    desk.follow();
    await openDoor();
  },
  /** The same pairing with another token, which is used at once: the server lets the former one go then. */
  useToken({ pairing }) {
    desk.pairing = pairing;
    desk.queue.token = pairing.token;
    if (desk.feed) {
      desk.feed.place.token = pairing.token;
      desk.feed.nudge();
    }
    desk.sync.nudge("token_changed");
  },
  /** Unpaired: people go, and with them what was sent; what was not accepted stays until it is dismissed. */
  async forget() {
    desk.queue.kept.forget_sent();
    desk.forgetPeople();
    desk.notes = {};
    await calls.close();
  },
  async close() {
    const closing = desk;
    desk = null;
    await closing?.close();
  },
};

self.addEventListener("message", async ({ data: { id, call, asked } }) => {
  try {
    self.postMessage({ id, value: await calls[call](asked) });
  } catch (error) {
    self.postMessage({ id, error: error.message, name: error.name });
  }
});
