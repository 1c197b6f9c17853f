// One live stream: WebSocket first, long poll where sockets are cut, always resumed by `since`.
// States shown to people: "live", "slower" (long poll), "offline" (trying again), "ended" (will not come back).

import { t } from "./words.js";

const CUTS_BEFORE_POLLING = 2;
const STABLE_AFTER_MS = 60_000;
const SILENT_AFTER_MS = 50_000; // the server says `head` every 20 s
const SOCKET_AGAIN_AFTER_MS = 120_000;
const POLL_WAIT_S = 25;

export class LiveStream {
  /**
   * @param {{live: string, feed: string, since: number, onFrame: (frame: object) => void,
   *   onState: (state: string, why?: string) => void, onResync: () => Promise<number>}} options
   *   `onResync` lists again and answers the `seq` to go on from.
   */
  constructor(options) {
    this.options = options;
    this.since = options.since;
    this.cuts = 0;
    this.failures = 0;
    this.hasEnded = false;
    this.generation = 0;
    addEventListener("online", () => this.restart());
    addEventListener("offline", () => this.options.onState("offline"));
    document.addEventListener("visibilitychange", () => {
      // A laptop that slept may hold a socket that nobody answers.
      if (!document.hidden && Date.now() - this.heardAt > SILENT_AFTER_MS) this.restart();
    });
    this.connect();
  }

  restart() {
    if (this.hasEnded) return;
    this.failures = 0;
    this.drop();
    this.connect();
  }

  end(why) {
    this.hasEnded = true;
    this.drop();
    this.options.onState("ended", why);
  }

  drop() {
    this.generation += 1;
    clearTimeout(this.again);
    clearTimeout(this.silence);
    this.poll?.abort();
    if (this.socket) {
      this.socket.onclose = this.socket.onmessage = null;
      this.socket.close();
      this.socket = null;
    }
  }

  heard() {
    this.heardAt = Date.now();
    clearTimeout(this.silence);
    if (this.socket) this.silence = setTimeout(() => this.restart(), SILENT_AFTER_MS);
  }

  connect() {
    if (this.hasEnded) return;
    if (this.cuts >= CUTS_BEFORE_POLLING) {
      this.pollOn();
      return;
    }
    const url = new URL(this.options.live, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("since", this.since);
    const socket = new WebSocket(url);
    const generation = this.generation;
    const openedAt = Date.now();
    this.socket = socket;
    this.heard();
    socket.onmessage = (message) => {
      this.heard();
      this.take(JSON.parse(message.data), "live");
    };
    socket.onclose = (event) => {
      if (generation !== this.generation) return;
      this.socket = null;
      clearTimeout(this.silence);
      this.closed(event.code, Date.now() - openedAt);
    };
  }

  closed(code, lastedMs) {
    if (code === 4401) return this.end("signed_out");
    if (code === 4403) return this.end("withdrawn");
    this.options.onState("offline");
    if (code === 1012) {
      // The server restarts: everybody comes back, so not all at once.
      this.later(Math.random() * 5000);
      return;
    }
    if (lastedMs >= STABLE_AFTER_MS) this.cuts = this.failures = 0;
    this.cuts += 1;
    this.later(code === 4408 ? 0 : this.backOff());
  }

  backOff() {
    this.failures += 1;
    const ceiling = Math.min(15_000, 400 * 2 ** this.failures);
    return ceiling / 2 + (Math.random() * ceiling) / 2;
  }

  later(ms) {
    clearTimeout(this.again);
    this.again = setTimeout(() => this.connect(), ms);
  }

  async pollOn() {
    const generation = this.generation;
    const until = Date.now() + SOCKET_AGAIN_AFTER_MS;
    while (generation === this.generation && Date.now() < until) {
      this.poll = new AbortController();
      const url = new URL(this.options.feed, location.href);
      url.searchParams.set("since", this.since);
      // The first answer comes at once, so that the state shown is true.
      url.searchParams.set("wait", this.isPolling ? POLL_WAIT_S : 0);
      try {
        const answer = await fetch(url, { headers: { accept: "application/json" }, signal: this.poll.signal });
        if (generation !== this.generation) return;
        if (answer.status === 401) return this.end("signed_out");
        if (answer.status === 403 || answer.status === 404) return this.end("withdrawn");
        if (!answer.ok) throw new Error(`status ${answer.status}`);
        const body = await answer.json();
        this.isPolling = true;
        this.failures = 0;
        this.heardAt = Date.now();
        this.options.onState("slower");
        for (const frame of body.messages) await this.take(frame, "slower");
        if (Number.isInteger(body.seq)) this.since = Math.max(this.since, body.seq);
      } catch {
        if (generation !== this.generation) return;
        this.isPolling = false;
        this.options.onState("offline");
        await new Promise((resolve) => setTimeout(resolve, this.backOff()));
      }
    }
    if (generation !== this.generation) return;
    this.isPolling = false;
    this.cuts = CUTS_BEFORE_POLLING - 1; // one more try of the socket, then back to polling
    this.connect();
  }

  async take(frame, state) {
    if (frame.type === "hello") {
      this.options.onState(state);
    } else if (frame.type === "head") {
      this.since = Math.max(this.since, frame.head);
    } else if (frame.type === "resync") {
      this.since = frame.seq;
      const listed = await this.options.onResync();
      this.since = Math.max(this.since, listed);
    } else if (frame.seq === undefined) {
      this.options.onFrame(frame);
    } else if (frame.seq > this.since) {
      this.since = frame.seq;
      this.options.onFrame(frame);
    }
  }
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
