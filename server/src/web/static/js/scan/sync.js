// The loop between the queue's sync machine and the network, for as long as the worker lives. When to
// send and what is decided by mobile-core; here it sleeps, sends and tells.

import { clocks, random } from "../capture-queue.js";

const STORAGE_PAUSE_MS = 5000;

export class Sync {
  /**
   * @param queue the CaptureQueue of capture-queue.js
   * @param storage where it is kept
   * @param {{settled: Function, changed: Function}} told
   */
  constructor(queue, storage, told) {
    Object.assign(this, { queue, storage, told, syncedAt: null, trouble: null, isStopped: false });
  }

  start() {
    this.running = this.run();
  }

  /** Something was taken, or the person wants it now. `event`: "woke", "network_back" or "token_changed". */
  nudge(event = "woke") {
    if (this.event !== "token_changed" && !(this.event && event === "woke")) this.event = event;
    this.wake?.();
  }

  async stop() {
    this.isStopped = true;
    this.wake?.();
    await this.running;
  }

  /** How it goes, as the page shows it. */
  state() {
    const connection = this.queue.kept.connection();
    const heard = this.queue.heard;
    const isOurs = heard?.content_type?.includes("json");
    // Something answered, and it was not our server: a page to sign in to, or a proxy.
    const isPortal = connection.type === "offline" && heard !== null && !isOurs && heard?.status < 500;
    return { connection, isPortal, syncedAt: this.syncedAt, pairAgain: this.pairAgain ?? null, trouble: this.trouble };
  }

  async run() {
    let step = null;
    while (!this.isStopped) {
      try {
        step ??= this.handle();
        if (step.settled.length > 0) this.told.settled(step.settled);
        const { action } = step;
        step = null;
        step = await this.act(action);
        await this.storage.settled();
        if (this.trouble) {
          this.trouble = null;
          this.told.changed();
        }
      } catch (error) {
        // The storage failed. What is in the queue was settled all the same, and is told next.
        this.trouble = { name: error.name, message: error.message };
        this.told.changed();
        await this.sleep(STORAGE_PAUSE_MS);
      }
    }
  }

  handle() {
    const event = this.event ?? "woke";
    this.event = undefined;
    const step = this.queue.kept[event](...clocks(), random());
    if (event === "token_changed") {
      this.pairAgain = null;
      this.told.changed(); // access may not have ended any more
    }
    return step;
  }

  async act({ type, value }) {
    if (type === "send") {
      const step = await this.queue.send(value);
      if (this.queue.kept.connection().type === "online") this.syncedAt = Date.now();
      this.told.changed();
      return step;
    }
    if (type === "await_answer") return this.queue.kept.failed(...clocks(), random());
    if (type === "pair_again") this.pairAgain = value;
    this.told.changed();
    await this.sleep(type === "wait_until" ? value / 1000 - performance.now() : Infinity);
    return null;
  }

  sleep(ms) {
    if (this.event || this.isStopped) return undefined;
    return new Promise((resolve) => {
      const timer = ms === Infinity ? undefined : setTimeout(resolve, Math.max(0, Math.min(ms, 60_000)));
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
