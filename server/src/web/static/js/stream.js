// Following a stream of the server, for pages (live.js) and phones (scan/feed.js): everything after `since` by a
// socket, or by long poll where sockets are cut; after a break it goes on from there. What comes is taken one after
// the other and nothing is gone past before it was taken: a list that cannot be read is asked for again.

const CUTS_BEFORE_POLLING = 2;
const STABLE_MS = 60_000;
const SOCKET_AGAIN_MS = 120_000;
const POLL_WAIT_S = 25;
const RESTART_MS = 5000;
const FIRST_PAUSE_MS = 400;
export const SILENT_MS = 50_000; // the server says `head` every 20 s

// Why the server closes a socket, as the statuses that say the same.
const RESTARTS = 1012;
const TOO_SLOW = 4408;
const REFUSALS = { 4401: 401, 4403: 403 };

/**
 * A kind of stream gives `socket()`, `poll(since, wait, signal)` which answers `{messages, seq}`, `list(seq)` which
 * lists again and answers the `seq` to go on from, `frame(frame)`, and `broken(error)` with its `status`.
 */
export class Stream {
  constructor(since, longestPauseMs) {
    Object.assign(this, { since, longestPauseMs, cuts: 0, failures: 0, pollingUntil: null, isPolling: false, isStopped: false });
  }

  /** Before each connection. */
  prepare() {}

  /** How it goes now: "live", "slower" or "offline". */
  says() {}

  /** Everything until `seq` was taken. */
  moved() {}

  stop() {
    this.isStopped = true;
    this.wake();
  }

  /** The network is back, or the person wants it now. */
  nudge() {
    this.cuts = this.failures = 0;
    this.pollingUntil = null;
    this.wake();
  }

  /** Ends what is under way, so that the stream begins anew. */
  wake() {
    this.isWoken = true;
    this.interrupt?.();
  }

  async run() {
    while (!this.isStopped) {
      this.isWoken = false;
      try {
        await this.prepare();
        if (this.isStopped) return;
        await this.follow();
        this.failures = 0;
      } catch (error) {
        if (this.isStopped || this.isWoken) continue;
        this.failures += 1;
        this.broken(error);
        await this.sleep(this.pauseAfter(error));
      }
    }
  }

  pauseAfter({ status, isClosed }) {
    const isRefused = status >= 400 && status < 500 && status !== 429 && !isClosed;
    const ceiling = isRefused ? this.longestPauseMs : Math.min(this.longestPauseMs, FIRST_PAUSE_MS * 2 ** this.failures);
    return ceiling * (0.5 + Math.random() / 2);
  }

  sleep(ms) {
    if (this.isStopped) return undefined;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.interrupt = () => { clearTimeout(timer); resolve(); };
    });
  }

  /** By the socket; where that is cut twice, by long poll for two minutes. */
  async follow() {
    if (this.cuts < CUTS_BEFORE_POLLING) return this.bySocket();
    this.pollingUntil ??= performance.now() + SOCKET_AGAIN_MS;
    if (performance.now() < this.pollingUntil) return this.byPoll();
    this.trySocketAgain();
    return this.bySocket();
  }

  /** Once; a cut leads back to polling. */
  trySocketAgain() {
    this.isPolling = false;
    this.pollingUntil = null;
    this.cuts = CUTS_BEFORE_POLLING - 1;
  }

  /** A socket at an address of the API. */
  socketAt(path, protocols = []) {
    const url = new URL(path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("since", this.since);
    return new WebSocket(url, protocols);
  }

  async bySocket() {
    const begunAt = performance.now();
    const code = await this.untilClosed(this.socket());
    if (this.isWoken) return undefined;
    if (performance.now() - begunAt >= STABLE_MS) this.cuts = this.failures = 0;
    if (code === RESTARTS) {
      // Everybody comes back, so not all at once.
      this.says("offline");
      return this.sleep(Math.random() * RESTART_MS);
    }
    const status = REFUSALS[code];
    if (status) throw Object.assign(new Error(`closed with ${code}`), { status, isClosed: true });
    this.cuts += 1;
    if (code === TOO_SLOW) return this.says("offline");
    throw Object.assign(new Error(`socket ${code}`), { status: 0 });
  }

  /** Takes what comes; gives the code that the socket was closed with, or throws what could not be taken. */
  untilClosed(socket) {
    return new Promise((resolve, reject) => {
      let turn = Promise.resolve();
      let silence;
      let isOver = false;
      const end = (code, trouble) => {
        if (isOver) return;
        isOver = true;
        clearTimeout(silence);
        socket.onmessage = socket.onclose = null;
        socket.close();
        // What is being taken is taken to its end, so that the next connection does not overtake it.
        turn.then(() => (trouble ? reject(trouble) : resolve(code)));
      };
      const heard = () => {
        this.heardAt = Date.now();
        clearTimeout(silence);
        silence = setTimeout(() => end(0), SILENT_MS);
      };
      this.interrupt = () => end(0);
      socket.onmessage = ({ data }) => {
        heard();
        turn = turn.then(() => (isOver ? undefined : this.take(JSON.parse(data)))).catch((error) => end(0, error));
      };
      socket.onclose = ({ code }) => end(code);
      heard();
    });
  }

  /** Everything new, or the first thing that comes. */
  async byPoll() {
    const aborting = new AbortController();
    this.interrupt = () => aborting.abort();
    try {
      // The first answer comes at once, so that the state shown is true.
      const { messages, seq } = await this.poll(this.since, this.isPolling ? POLL_WAIT_S : 0, aborting.signal);
      this.isPolling = true;
      this.heardAt = Date.now();
      this.says("slower");
      for (const message of messages) await this.take(message);
      if (seq > this.since) this.moveTo(seq);
    } catch (error) {
      this.isPolling = false;
      // Nothing comes at all: it is the whole network, not its sockets.
      if (!error.status) this.trySocketAgain();
      throw error;
    }
  }

  async take(frame) {
    if (this.isStopped) return;
    if (frame.type === "hello") {
      this.says("live");
    } else if (frame.type === "resync") {
      this.moveTo(await this.list(frame.seq));
    } else {
      const isHead = frame.type === "head";
      const seq = isHead ? frame.head : frame.seq;
      if (seq <= this.since) return;
      if (!isHead) this.show(frame);
      if (seq !== undefined) this.moveTo(seq);
    }
  }

  /** What cannot be shown cannot be shown the next time either: the rest goes on. */
  show(frame) {
    try {
      this.frame(frame);
    } catch (error) {
      console.error(error);
    }
  }

  moveTo(seq) {
    if (!Number.isInteger(seq)) throw new Error("a list without its place in the feed");
    if (seq === this.since) return;
    this.since = seq;
    this.moved(seq);
  }
}
