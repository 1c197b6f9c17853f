// A page's live stream, and how it is shown.
// States shown to people: "live", "slower" (long poll), "offline" (trying again), "ended" (will not come back).

import { toast } from "./page.js";
import { SILENT_MS, Stream } from "./stream.js";
import { t } from "./words.js";

const LONGEST_PAUSE_MS = 15_000;
const RELOADED = "leadline.reloaded";
const RELOAD_ONCE_IN_MS = 60_000;
const JUST_LOADED_MS = 10_000;
const DAY_EVERY_MS = 60_000;
const DAY_LIMIT_MS = 20_000;

export class LiveStream extends Stream {
  /**
   * @param {{live: string, feed: string, since: number, onFrame: (frame: object) => void,
   *   onState: (state: string, why?: string) => void, onResync: (seq: number) => Promise<number>}} options
   *   `onResync` lists again and answers the `seq` to go on from, or throws, and is asked again.
   */
  constructor(options) {
    super(options.since, LONGEST_PAUSE_MS);
    this.options = options;
    this.listening = new AbortController();
    const { signal } = this.listening;
    addEventListener("online", () => this.nudge(), { signal });
    addEventListener("offline", () => this.says("offline"), { signal });
    document.addEventListener("visibilitychange", () => {
      // A laptop that slept may hold a socket that nobody answers.
      if (!document.hidden && Date.now() - this.heardAt > SILENT_MS) this.nudge();
    }, { signal });
    this.run();
  }

  says(state) {
    if (!this.isStopped) this.options.onState(state);
  }

  broken({ status }) {
    if (status === 401) this.end("signed_out");
    else if (status === 403 || status === 404) this.end("withdrawn");
    else this.says("offline");
  }

  end(why) {
    this.stop();
    this.listening.abort();
    this.options.onState("ended", why);
  }

  socket() {
    return this.socketAt(this.options.live);
  }

  async poll(since, wait, signal) {
    const url = new URL(this.options.feed, location.href);
    url.searchParams.set("since", since);
    url.searchParams.set("wait", wait);
    const answer = await fetch(url, { headers: { accept: "application/json" }, signal });
    if (!answer.ok) throw Object.assign(new Error(`status ${answer.status}`), { status: answer.status });
    return answer.json();
  }

  list(seq) {
    return this.options.onResync(seq);
  }

  frame(frame) {
    this.options.onFrame(frame);
  }
}

/**
 * Has the server say what may be seen now: what may no longer be read must not stay on the screen. Once only
 * where the stream is refused to a page that has just been read: what the server wrote there stays.
 */
export function readAnew() {
  const [path, at] = JSON.parse(sessionStorage.getItem(RELOADED) ?? "[]");
  const isJustLoaded = performance.now() < JUST_LOADED_MS;
  if (isJustLoaded && path === location.pathname && Math.abs(Date.now() - at) < RELOAD_ONCE_IN_MS) return;
  sessionStorage.setItem(RELOADED, JSON.stringify([location.pathname, Date.now()]));
  location.reload();
}

/**
 * Keeps the words of which day of the event it is, on a page that hangs for days: asks the server for them when an
 * hour has begun, and a minute later where it could not. The page itself is not read anew: at night there may be no
 * network to read it over.
 * @param {string} id of the element
 * @param {import("./page.js").EventZone} zone
 */
export function keepDay(id, zone) {
  const hour = () => zone.local(Date.now()).toISOString().slice(0, 13);
  let asked = hour();
  setInterval(async () => {
    const now = hour();
    if (now === asked) return;
    const answer = await fetch(location.href, { headers: { accept: "text/html" }, signal: AbortSignal.timeout(DAY_LIMIT_MS) }).catch(() => null);
    const text = answer?.ok ? await answer.text().catch(() => "") : "";
    const said = new DOMParser().parseFromString(text, "text/html").getElementById(id);
    if (!said) return;
    document.getElementById(id).textContent = said.textContent;
    asked = now;
  }, DAY_EVERY_MS);
}

/** What somebody at a page is told or shown when its stream has ended. */
export function ended(why) {
  if (why === "signed_out") toast(t("js-live-you-are-signed-out"), { label: t("js-live-sign-in"), run: () => location.reload() });
  if (why === "withdrawn") readAnew();
}

const WORDS = {
  connecting: ["js-live-connecting", "js-live-connecting-about"],
  live: ["js-live-live", "js-live-live-about"],
  slower: ["js-live-slower", "js-live-slower-about"],
  offline: ["js-live-offline", "js-live-offline-about"],
  ended: ["js-live-ended", "js-live-ended-about"],
};

/** Shows the stream's state in the chip of the page's head. */
export function showState(chip, state, why) {
  if (!chip || chip.dataset.state === state) return;
  const [label, detail] = WORDS[state];
  chip.dataset.state = state;
  chip.textContent = t(why === "signed_out" ? "js-live-signed-out" : why === "withdrawn" ? "js-live-no-access" : label);
  chip.title = t(detail);
}
