// What a person hears, feels and sees besides the screen: a tone, a buzz, a display that stays on.

import { toast } from "./dom.js";
import { settings } from "./phone.js";
import { t, whyOf } from "./strings.js";

let audio;

/** Browsers let nothing sound before a tap, and silence a page again, for a call for one. */
function unlock() {
  const Context = window.AudioContext ?? window.webkitAudioContext;
  if (!Context) return;
  audio ??= new Context();
  if (audio.state !== "running") audio.resume().catch(() => {});
}

for (const kind of ["pointerup", "keydown"]) document.addEventListener(kind, unlock, true);

function tone(frequency, begin, length) {
  const at = audio.currentTime + begin;
  const [oscillator, gain] = [audio.createOscillator(), audio.createGain()];
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0.0001, at);
  gain.gain.exponentialRampToValueAtTime(0.4, at + 0.01);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + length);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + length);
}

/** A scan was taken: one high tone; one that was scanned before: two; a failure: a low one. Says whether it sounded. */
export function signal(kind) {
  const { sound, vibrate } = settings();
  if (vibrate) navigator.vibrate?.({ taken: 60, known: [40, 60, 40], failed: [200, 80, 200] }[kind]);
  if (!sound || audio?.state !== "running") return false;
  if (kind === "failed") tone(220, 0, 0.4);
  else tone(1320, 0, 0.12);
  if (kind === "known") tone(990, 0.14, 0.14);
  return true;
}

/** Something could not be kept: says so, to the ear too. */
export function notSaved(error) {
  signal("failed");
  toast(t("scan.failed", { why: whyOf(error) }));
}

/** Only memory took something: says so in the same way. */
export function onlyInMemory() {
  signal("failed");
  toast(t("card.memory"));
}

let lock = null;
let isWanted = false;

async function lockNow() {
  if (!isWanted || lock || document.visibilityState !== "visible") return;
  try {
    lock = await navigator.wakeLock?.request("screen");
    lock?.addEventListener("release", () => { lock = null; });
  } catch {
    // A phone that saves power refuses; the screen then goes dark as it always does.
  }
}

document.addEventListener("visibilitychange", lockNow);

/** Keeps the display on while `wanted`. */
export function stayAwake(wanted) {
  isWanted = wanted;
  if (wanted) lockNow();
  else lock?.release();
}
