// The scanner begins here: the language, the service worker, the one window that scans, the worker, and
// then the first screen that fits: open in an app, install, pair, or scan.

import { permission } from "./camera.js";
import { ClosingReminder } from "./closing.js";
import { button, closeSheets, icon, make, notice, show, toast } from "./dom.js";
import { stayAwake } from "./feedback.js";
import { LeadsScreen } from "./leads-screen.js";
import { Link } from "./link.js";
import { MoreScreen } from "./more-screen.js";
import { PairScreen } from "./pair-screen.js";
import * as phone from "./phone.js";
import { ScanScreen } from "./scan-screen.js";
import { alsoSay, chooseLanguage, t } from "./strings.js";
import { Window } from "./window.js";

const SCREENS = { scan: ScanScreen, leads: LeadsScreen, more: MoreScreen };
/** A phone that was put aside for so long asks for its digits again. */
const LOCKS_AFTER_MS = 60_000;
/** A token that was not to be had is asked for again after this. */
const RENEWS_AGAIN_MS = 600_000;
/** What few phones ever show comes when it is shown; the service worker keeps it with the rest. */
const startScreens = () => import("./seldom/start-screens.js");
const doorWords = async (language) => (await import(`../door/words/${language}.js`)).default;
const PICTURES = { scan: "scan", leads: "people", more: "more" };

class App {
  constructor() {
    this.window = new Window(() => this.leave());
    this.state = { unsent: phone.lastUnsent(), connection: { type: "unknown" }, notAccepted: 0, stranded: 0 };
    this.crew = null;
    this.shift = phone.shift();
  }

  async begin() {
    await chooseLanguage(phone.settings().language);
    this.keepOffline();
    const isUnsafe = phone.isIos && !phone.isApp();
    if (phone.isInApp && !sessionStorage.getItem("leadline.inapp")) await (await startScreens()).inAppScreen();
    if (isUnsafe && phone.pairing() === null && !sessionStorage.getItem("leadline.tab")) await (await startScreens()).installScreen();
    if (isUnsafe) (await startScreens()).showUnsafeBar();
    while (!(await this.window.take())) await (await startScreens()).otherWindowScreen(this.window);
    this.link = new Link();
    this.listen();
    await this.link.ask("load");
    const asked = this.codeOfAddress();
    const pairing = phone.pairing();
    if (asked || pairing === null) await this.pair(asked, null, pairing && (() => this.open(pairing)));
    else await this.open(pairing);
  }

  /** The code of a link such as /scan?code=…; it is taken out of the address, and redeems nothing yet. */
  codeOfAddress() {
    const code = new URLSearchParams(location.search).get("code");
    if (location.search) history.replaceState(null, "", "/scan");
    return code;
  }

  listen() {
    this.link.on("state", ({ state }) => this.changed(state));
    this.link.on("crew", ({ crew }) => { this.crew = crew; });
    // A page that is put aside whole would keep the captures' files open, and other windows out: it begins anew instead.
    addEventListener("pagehide", () => {
      this.link.end();
      this.window.end();
    });
    addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
    addEventListener("beforeinstallprompt", (event) => {
      event.preventDefault(); // offered under More, where it interrupts nobody
      this.installer = event;
    });
    addEventListener("online", () => this.pairing && this.link.ask("sync"));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.hiddenAt = Date.now();
      else if (this.pairing) {
        this.link.ask("sync");
        if (phone.lock() && Date.now() - this.hiddenAt > LOCKS_AFTER_MS) this.lock();
      }
    });
    this.closing = new ClosingReminder(this);
  }

  async keepOffline() {
    try {
      this.opensOffline = Boolean(await navigator.serviceWorker?.register("/scan-worker.js", { scope: "/scan" }));
    } catch {
      // Without it the app needs the network to open; what was scanned is kept all the same.
    }
  }

  /** `former`: a pairing that ended; `back` leads back to one that has not. */
  async pair(code = null, former = null, back = null) {
    this.screen?.leave();
    document.getElementById("tabs").hidden = true;
    this.screen = new PairScreen(this, { code, former, back });
    await this.screen.enter();
  }

  /** This phone was paired now. */
  async paired(pairing) {
    phone.keepLock(null);
    this.isLocked = false;
    this.shift = pairing.member ? { member_id: pairing.member.id, name: pairing.member.name } : null;
    phone.keepShift(this.shift);
    await navigator.storage?.persist?.();
    const place = ({ event, exhibitor }) => exhibitor?.id ?? event.id;
    if (this.pairing && place(this.pairing) !== place(pairing)) await this.link.ask("close");
    else if (this.pairing) {
      this.pairing = pairing;
      phone.keepPairing({ ...pairing, wasOpened: true });
      await this.link.ask("repair", { pairing });
      await this.changeShift(this.shift);
      this.changed(await this.link.ask("state"));
      await this.go("scan");
      return;
    }
    await this.open(pairing);
  }

  async open(pairing) {
    if (pairing.wasOpened && !(await this.link.ask("wasKept"))) {
      phone.losePairing();
      await this.pair();
      return;
    }
    const state = await this.link.ask("open", { pairing, names: phone.names(), shift: this.shift });
    this.pairing = pairing;
    phone.keepPairing({ ...pairing, wasOpened: true });
    await this.chooseScreens();
    this.changed(state);
    if (phone.lock()) return this.lock();
    return this.start();
  }

  /** A stand's phone scans and has leads; a device of the organiser's stands at a door. */
  async chooseScreens() {
    this.screens = SCREENS;
    if (this.pairing.exhibitor) return;
    const { DoorScreen } = await import("../door/door-screen.js");
    await alsoSay(doorWords);
    const assets = document.querySelector("[href$='/css/scan.css']");
    assets.after(make("link", { rel: "stylesheet", href: assets.getAttribute("href").replace("scan.css", "door.css") }));
    this.screens = { scan: DoorScreen, more: MoreScreen };
  }

  async start() {
    const isReady = (await permission()) === "granted";
    await this.go("scan", { isReady });
  }

  /** Shows nothing before the digits are typed. Pairing again, which an admin allows, takes the lock off. */
  async lock() {
    if (this.isLocked) return;
    this.isLocked = true;
    closeSheets(); // they show people too
    this.screen?.leave();
    this.screen = null;
    show();
    const { LockScreen } = await import("./seldom/lock.js");
    const opened = () => { this.isLocked = false; return this.start(); };
    this.screen = new LockScreen(opened, () => this.pair(null, null, () => { this.isLocked = false; this.lock(); }));
    this.screen.enter();
  }

  /** Goes to a screen: "scan", "leads" or "more". */
  async go(name, how = {}) {
    this.screen?.leave();
    this.screen = new this.screens[name](this);
    this.drawTabs(name);
    stayAwake(name === "scan");
    await this.screen.enter(how);
  }

  drawTabs(current) {
    const tabs = document.getElementById("tabs");
    tabs.hidden = false;
    tabs.setAttribute("aria-label", "Leadline");
    tabs.replaceChildren(...Object.keys(this.screens).map((name) =>
      make("button", {
        type: "button", "data-tab": name, "aria-current": name === current ? "page" : null, click: () => this.go(name),
      }, icon(PICTURES[name]), make("span", {}, t(`tab.${name}`)))));
    this.drawBadge();
  }

  drawBadge() {
    const more = document.querySelector('[data-tab="more"]');
    more?.querySelector(".dot")?.remove();
    const waiting = this.state.notAccepted + this.state.stranded;
    if (more && waiting > 0) more.append(make("b", { class: "dot" }, String(waiting)));
  }

  changed(state) {
    this.state = { ...state, syncedAt: state.syncedAt ?? phone.syncedAt() };
    phone.keepState(state);
    this.drawBadge();
    this.screen?.stateChanged?.(this.state);
    this.keepTokenFresh();
  }

  /**
   * Asks for another token once a day. The former one is kept: the server takes it until the new one was used,
   * and where the server was set back to an older copy, it knows that one only.
   */
  async keepTokenFresh() {
    if (!this.pairing || this.isRenewing) return;
    this.isRenewing = true;
    const { connection, pairAgain, syncedAt } = this.state;
    const asked = this.pairing;
    try {
      if (pairAgain?.status === 401 && asked.former_token && !asked.swapped_at) {
        await this.useToken("repair", { token: asked.former_token, former_token: asked.token, swapped_at: Date.now() });
      } else if (connection.type === "online" && syncedAt > asked.swapped_at) {
        await this.useToken(null, { swapped_at: undefined });
      } else if (connection.type === "online" && phone.isTokenOld(asked) && Date.now() > (this.renewsAfter ?? 0)) {
        this.renewsAfter = Date.now() + RENEWS_AGAIN_MS;
        const renewed = await phone.renewedToken(asked);
        // Paired anew meanwhile: that one has a fresh token already.
        if (renewed && this.pairing === asked) await this.useToken("useToken", renewed);
      }
    } finally {
      this.isRenewing = false;
    }
  }

  /** Keeps what changed of the pairing, before the worker makes use of it. */
  async useToken(call, changes) {
    this.pairing = { ...this.pairing, ...changes, wasOpened: true };
    phone.keepPairing(this.pairing);
    if (call) await this.link.ask(call, { pairing: this.pairing });
  }

  async changeShift(shift) {
    this.shift = shift;
    phone.keepShift(shift);
    this.screen?.cards?.clear(); // of the former one's visitor
    await this.link.ask("shift", { shift, isOwn: Boolean(this.crew?.each_sees_only_their_own) });
  }

  /** Another window scans from here on. */
  async leave() {
    closeSheets();
    this.screen?.leave();
    this.screen = null;
    document.getElementById("tabs").hidden = true;
    // What was being typed goes along.
    await this.link?.quiet();
    if (this.pairing) await this.link.ask("close").catch(() => {});
    this.link?.end();
    this.window.closed();
    const screens = await startScreens().catch(() => null);
    await screens?.otherWindowScreen(this.window);
    location.reload();
  }
}

new App().begin().catch((error) => {
  console.error(error);
  show(notice("alert", t("broken.title"), make("p", {}, error.message), button(t("retry"), () => location.reload(), { kind: "primary" })));
});
