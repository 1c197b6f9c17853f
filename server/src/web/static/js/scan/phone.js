// What this phone is: its pairing, its settings, its browser. Small things, kept where they can be read at
// once; captures are the worker's.

import { t } from "./strings.js";

const PAIRING = "leadline.pairing";
const INSTALL = "leadline.install";
const SETTINGS = "leadline.settings";
const SHIFT = "leadline.shift";
const LOCK = "leadline.lock";
const UNSENT = "leadline.unsent";
const SYNCED = "leadline.synced";
const WITNESS = "leadline_scanner";
const YEAR_S = 365 * 24 * 3600;

const DEFAULTS = { language: null, sound: true, vibrate: true, cardSeconds: 3, opens: false, hasNames: true, camera: null };

const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
};
const write = (key, value) => {
  if (value === null) localStorage.removeItem(key);
  else localStorage.setItem(key, JSON.stringify(value));
};

export const pairing = () => read(PAIRING);
export const shift = () => read(SHIFT);
export const keepShift = (value) => write(SHIFT, value);
/** The lock of the screen, null where there is none. Plain HTTP has no cryptography, and so no lock. */
export const lock = () => read(LOCK);
export const keepLock = (value) => write(LOCK, value);
export const lastUnsent = () => read(UNSENT) ?? 0;
export const syncedAt = () => read(SYNCED);

/** What the worker said last, for the next start and for an eviction. */
export function keepState({ unsent, syncedAt: at }) {
  if (read(UNSENT) !== unsent) write(UNSENT, unsent);
  if (at) write(SYNCED, at);
}

export const settings = () => ({ ...DEFAULTS, ...read(SETTINGS) });
export const set = (changes) => write(SETTINGS, { ...settings(), ...changes });
export const names = () => (settings().hasNames ? { leads: 50, hours: 12 } : { leads: 0, hours: 0 });

/** Keeps a pairing, and a cookie as its witness: browsers that clear storage mostly leave it. */
export function keepPairing(paired) {
  write(PAIRING, paired);
  witness(installId(), YEAR_S);
}

/** The browser cleared what the phone held: the witness stays, so that the app can say so. */
export const losePairing = () => write(PAIRING, null);

export function forgetPairing() {
  for (const key of [PAIRING, SHIFT, LOCK, UNSENT, SYNCED]) write(key, null);
  witness("", 0);
}

function witness(value, seconds) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${WITNESS}=${value}; Path=/scan; Max-Age=${seconds}; SameSite=Strict${secure}`;
}

const witnessed = () => document.cookie.split("; ").find((one) => one.startsWith(`${WITNESS}=`))?.split("=")[1] || null;

/** Whether this phone was paired and its storage is gone. */
export const wasEvicted = () => pairing() === null && witnessed() !== null;

/** Made when the app was installed; stays the same, so that pairing again frees the former licence. */
export function installId() {
  let id = read(INSTALL) ?? witnessed();
  if (!id) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    id = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  write(INSTALL, id);
  return id;
}

const agent = navigator.userAgent;
export const isIos = /iPhone|iPad|iPod/.test(agent) || (/Mac OS X/.test(agent) && navigator.maxTouchPoints > 1);
export const isSamsung = /SamsungBrowser/.test(agent);
export const isChrome = !isIos && /Chrome\//.test(agent);
export const isApp = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
/** A browser inside another app, by the names that those give themselves; on iOS real ones name Safari too. */
export const isInApp = /FBAN|FBAV|Instagram|LinkedInApp|Line\/|MicroMessenger|Snapchat|TikTok|GSA\/|; wv\)/.test(agent)
  || (/iPhone|iPad|iPod/.test(agent) && !isApp() && !/Safari\//.test(agent));

/** `Android 16`, as devices are listed. */
export function platform() {
  const android = /Android ([\d.]+)/.exec(agent)?.[1];
  const ios = /OS (\d+[_\d]*) like Mac/.exec(agent)?.[1]?.replaceAll("_", ".");
  const system = android ? `Android ${android}` : ios ? `iOS ${ios}` : (navigator.platform || "browser");
  return `${system}${isApp() ? ", app" : ", tab"}`.slice(0, 100);
}

/** A name to begin with. */
export const deviceName = (other) => /; ([^;)]+) Build/.exec(agent)?.[1] ?? (isIos ? "iPhone" : other);

const TOKEN_AGE_MS = 24 * 3_600_000;
/** Of the app, as the server lists it. */
const VERSION = document.querySelector("meta[name=leadline-version]")?.content ?? null;

/**
 * Whether this phone has had its token for a day, by its own clock, whichever way that was set since, or has
 * another version of the app than it said.
 */
export const isTokenOld = ({ token_at: at, app_version: version }) =>
  Math.abs(Date.now() - (at ?? 0)) > TOKEN_AGE_MS || version !== VERSION;

/** Another token, as it changes the pairing; null when there is none to be had now. */
export async function renewedToken({ token: former }) {
  const headers = { "content-type": "application/json", accept: "application/json", authorization: `Bearer ${former}` };
  const body = JSON.stringify({ app_version: VERSION });
  try {
    const answer = await fetch("/api/v1/auth/devices/token", { method: "POST", headers, body, redirect: "manual", cache: "no-store" });
    if (answer.status !== 201) return null;
    const { device_token: token } = await answer.json();
    return { token, token_at: Date.now(), app_version: VERSION, former_token: former, swapped_at: undefined };
  } catch {
    return null;
  }
}

/** Trades a pairing code for this phone's token. Throws an error whose message is for people. */
export async function pair(code, name) {
  const answer = await fetch("/api/v1/auth/devices", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ pairing_code: code, install_id: installId(), device_name: name, platform: platform(), app_version: VERSION }),
    cache: "no-store",
  });
  const said = await answer.json();
  if (!answer.ok) {
    // What is wrong with a field is said without its name, which the code's own sentence has.
    const isCode = said.errors?.[0]?.pointer === "/pairing_code";
    throw Object.assign(new Error(isCode ? t("pair.codeWrong") : said.detail ?? said.title), { status: answer.status });
  }
  const { device_token: token, ...rest } = said;
  const paired = { ...rest, token, token_at: Date.now(), app_version: VERSION, device_name: name };
  keepPairing(paired);
  return paired;
}
