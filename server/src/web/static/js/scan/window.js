// One window at a time scans and sends: whoever holds the lock. Another asks for it, and the holder lets
// the captures go first. Browsers without locks (plain HTTP) decide it by the storage itself.

const NAME = "leadline scanner";
const ANSWER_MS = 4000;

export class Window {
  /** @param leaving called when another window wants to scan; the lock goes when it is done */
  constructor(leaving) {
    this.leaving = leaving;
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;
    this.channel?.addEventListener("message", ({ data }) => data === "let go" && this.letGo());
  }

  /** Takes the lock if it is free. */
  take() {
    if (!navigator.locks || this.release) return Promise.resolve(true);
    return new Promise((taken) => {
      navigator.locks.request(NAME, { ifAvailable: true }, (lock) => {
        taken(lock !== null);
        return lock && new Promise((release) => { this.release = release; });
      });
    });
  }

  async letGo() {
    if (!this.release) return;
    const { release } = this;
    this.release = null;
    const closed = new Promise((resolve) => { this.closed = resolve; });
    this.leaving(); // goes on for as long as the screen that says so is there
    await closed;
    release();
  }

  /** The page goes, perhaps to be put aside whole: nobody waits for it. */
  end() {
    this.release?.();
    this.release = null;
  }

  /** Asks the window that scans to let go; answers whether it did. */
  async ask() {
    this.channel?.postMessage("let go");
    const end = performance.now() + ANSWER_MS;
    while (performance.now() < end) {
      if (await this.take()) return true;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return false;
  }
}
