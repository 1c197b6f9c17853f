// Scanning: the camera's picture, what is aimed at, the result over it. No tap between two scans.

import { Camera, hindrance } from "./camera.js";
import { cameraAsk, cameraTrouble, photoInput } from "./camera-screens.js";
import { CardPlace } from "./card.js";
import { button, field, icon, make, sheet, show, toast } from "./dom.js";
import { notSaved, signal } from "./feedback.js";
import * as phone from "./phone.js";
import { listenToReader } from "./reader.js";
import { shiftButton } from "./shift.js";
import { t } from "./strings.js";
import { syncChip } from "./sync-view.js";

/** How much of the frame's shorter side is aimed with. */
const AIM = 0.6;
const PAUSE_MS = 150;
/** A badge that cannot be kept is tried again for as long as it is held there. */
const FAILED_PAUSE_MS = 3000;

export class ScanScreen {
  constructor(app) {
    this.app = app;
    this.isHere = false;
    this.isEnded = false;
  }

  makeCards() {
    return new CardPlace(this.app);
  }

  async enter({ isReady } = {}) {
    this.isHere = true;
    this.video = make("video", { muted: true, playsinline: true, autoplay: true, "aria-hidden": "true" });
    this.video.muted = true;
    this.camera = new Camera(this.video, () => this.reopen());
    this.cards = this.makeCards();
    this.message = make("div", { class: "view-message" });
    this.tools = make("div", { class: "tools" });
    this.top = make("div", { class: "view-top" });
    this.view = make("section", { class: "view", "data-aim": "none", "aria-label": t("tab.scan") },
      this.video, make("div", { class: "aim", "aria-hidden": "true" }), this.message, this.top, this.tools,
      make("div", { class: "view-bottom" }, this.cards.root, make("p", { class: "aim-hint" }, t("scan.hint")),
        make("div", { class: "other-ways" }, photoInput((file) => this.photo(file), "glass", t("scan.photoShort")),
          button(t("scan.typeShort"), () => this.type(), { kind: "glass", picture: "keyboard", "data-act": "type" }))));
    show(this.view);
    this.drawTop();
    this.stops = [
      this.app.link.on("card", ({ card }) => this.cards.update(card)),
      listenToReader((text, other) => this.received(this.app.link.ask("reader", { text, other }), "reader")),
      this.listenToVisibility(),
    ];
    await this.begin(isReady);
    this.stateChanged();
  }

  async begin(isReady = this.app.wasOpen) {
    const hindered = hindrance();
    if (hindered) this.say(cameraTrouble(hindered, () => this.open(), (file) => this.photo(file)));
    else if (isReady) await this.open();
    else this.say(cameraAsk(() => this.open()));
  }

  leave() {
    this.isHere = false;
    this.camera.close();
    this.stops.forEach((stop) => stop());
    this.cards.clear();
  }

  stateChanged() {
    this.drawTop();
    const { isAccessEnded, pairAgain } = this.app.state;
    const isEnded = Boolean(isAccessEnded || pairAgain);
    if (isEnded === this.isEnded) return;
    this.isEnded = isEnded;
    if (isEnded) this.drawEnded();
    else this.begin();
  }

  drawTop() {
    const { pairing, state, shift } = this.app;
    // Drawn anew only when it says something else: a button must not vanish under a finger.
    const said = JSON.stringify([state.unsent, state.connection.type, shift, document.documentElement.lang]);
    if (said === this.said) return;
    this.said = said;
    this.top.replaceChildren(
      make("div", { class: "place-name" }, make("b", { class: "clip" }, pairing.exhibitor?.name ?? pairing.event.name), shiftButton(this.app, () => this.drawTop())),
      syncChip(this.app));
  }

  drawEnded() {
    this.camera.close();
    this.say(make("div", { class: "trouble", "data-trouble": "ended" }, icon("alert"), make("h2", {}, t("device.ended")),
      button(t("pair.title"), () => this.app.pair(null, this.app.pairing, () => this.app.go("scan")), { kind: "primary" })));
  }

  say(...children) {
    this.message.replaceChildren(...children);
    this.view.dataset.open = String(children.length === 0);
  }

  listenToVisibility() {
    const changed = () => {
      if (document.visibilityState === "hidden") this.camera.close();
      else if (this.app.wasOpen) this.reopen();
    };
    document.addEventListener("visibilitychange", changed);
    return () => document.removeEventListener("visibilitychange", changed);
  }

  /** After a lock, a call or another app. */
  reopen() {
    if (this.isHere && !this.isEnded && document.visibilityState === "visible") this.open();
  }

  async open(id = phone.settings().camera) {
    this.say(make("p", { class: "quiet" }, t("camera.opening")));
    const trouble = await this.camera.open(id);
    if (!this.isHere || this.isEnded) return;
    this.app.wasOpen = trouble === null;
    if (trouble) {
      const again = () => this.open();
      this.say(trouble === "dismissed" ? cameraAsk(again) : cameraTrouble(trouble, again, (file) => this.photo(file)));
      return;
    }
    this.say();
    await this.drawTools();
    this.aim();
    this.watch();
  }

  /** Puts the frame that is aimed with over the same part of the picture that the worker looks at. */
  aim() {
    const place = () => {
      const { videoWidth: width, videoHeight: height, clientWidth, clientHeight } = this.video;
      if (!width) return;
      const scale = Math.max(clientWidth / width, clientHeight / height);
      const side = Math.min(AIM * Math.min(width, height) * scale, clientWidth * 0.86, clientHeight * 0.62);
      this.view.style.setProperty("--aim", `${Math.round(side)}px`);
    };
    this.video.addEventListener("resize", place);
    this.sizes ??= new ResizeObserver(place);
    this.sizes.observe(this.video);
    place();
  }

  async drawTools() {
    const { torch, zoom } = this.camera.abilities();
    const cameras = await this.camera.all();
    const tool = (picture, text, click) => make("button", { type: "button", class: "tool", "aria-label": text, title: text, click }, icon(picture));
    const light = tool("torch", t("scan.torch"), async () => {
      const isOn = light.getAttribute("aria-pressed") !== "true";
      await this.camera.setTorch(isOn);
      light.setAttribute("aria-pressed", String(isOn));
    });
    const steps = zoom ? [1, 2, 4].map((step) => Math.min(zoom.max, Math.max(zoom.min, zoom.min * step))) : [];
    const closer = make("button", { type: "button", class: "tool", "aria-label": t("scan.zoom") }, "1×");
    closer.addEventListener("click", async () => {
      steps.push(steps.shift());
      await this.camera.setZoom(steps[0]);
      closer.textContent = `${Math.round(steps[0] / zoom.min)}×`;
    });
    const flip = tool("flip", t("scan.flip"), () => {
      const at = cameras.findIndex(({ deviceId }) => deviceId === this.camera.id);
      const next = cameras[(at + 1) % cameras.length].deviceId;
      phone.set({ camera: next });
      this.open(next);
    });
    this.tools.replaceChildren(...[torch && light, zoom && closer, cameras.length > 1 && flip].filter(Boolean));
  }

  /** Looks at one frame after the other for as long as the camera is open. */
  async watch() {
    const watching = {};
    this.watching = watching;
    while (this.isHere && this.camera.isOpen && this.watching === watching) {
      const isPaused = document.querySelector("dialog[open]") !== null;
      const bitmap = isPaused ? null : await this.camera.frame();
      if (!bitmap) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        continue;
      }
      try {
        this.saw(await this.app.link.ask("frame", { bitmap, share: AIM }, [bitmap]));
      } catch (error) {
        if (!this.isHere) return;
        this.failed(error);
        await new Promise((resolve) => setTimeout(resolve, FAILED_PAUSE_MS));
      }
    }
  }

  saw({ verdict, card, earlier, kind }) {
    this.view.dataset.aim = verdict.type;
    if (card) this.taken(card);
    else if (verdict.type === "tap_to_repeat") this.cards.offer("again", verdict, earlier, (text) => this.tap(text));
    else if (verdict.type === "tap_to_take") this.cards.offer(kind === "pairing" ? "pairing" : "notBadge", verdict, null, (text) => this.tap(text));
    if (verdict.type === "nothing" || verdict.type === "held") this.gone ??= setTimeout(() => this.cards.withdraw(), 2000);
    else { clearTimeout(this.gone); this.gone = null; }
  }

  taken(card) {
    clearTimeout(this.gone);
    this.gone = null;
    if (card.colleague) {
      signal("known");
      this.cards.offerShift(card.colleague);
      return;
    }
    const isHeard = signal(card.isLoose ? "failed" : card.earlier ? "known" : "taken");
    this.cards.show({ ...card, isHeard });
  }

  failed(error) {
    notSaved(error);
  }

  async tap(text) {
    try {
      this.taken(await this.app.link.ask("tap", { text }));
    } catch (error) {
      this.failed(error);
    }
  }

  /** A code that no camera read. */
  async take(code, entry) {
    try {
      this.taken(await this.app.link.ask("scan", { code, entry }));
    } catch (error) {
      this.failed(error);
    }
  }

  async photo(file) {
    const asked = async () => {
      const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
      return this.app.link.ask("photo", { bitmap }, [bitmap]);
    };
    await this.received(asked(), "photo");
  }

  /** A code that was not aimed at may be none of a badge. */
  async received(asked, entry) {
    try {
      const { card, ask, kind } = await asked;
      if (!this.isHere) return;
      if (card) this.taken(card);
      else if (ask) this.cards.offer(kind === "pairing" ? "pairing" : "notBadge", { text: ask }, null, (text) => this.take(text, entry));
      else toast(t("scan.photoNone"));
    } catch (error) {
      this.failed(error);
    }
  }

  type() {
    const number = field(t("scan.number"), {
      name: "number", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: 200, placeholder: "7F3K-92QX", enterkeyhint: "go",
    }, t("scan.numberHint"));
    const problem = make("p", { class: "problem", role: "alert", hidden: true });
    const take = (text) => { close(); this.take(text, "typed"); };
    const form = make("form", {
      class: "stack",
      submit: async (event) => {
        event.preventDefault();
        const text = form.elements.number.value.trim();
        if (!text) return;
        const known = await this.app.link.ask("badgeNumber", { text });
        if (known) { take(known); return; }
        problem.hidden = false;
        problem.replaceChildren(make("span", {}, t("scan.numberBad")), button(t("scan.numberAnyway", { text }), () => take(text)));
      },
    }, number, problem, make("button", { class: "button primary large" }, t("scan.take")));
    const close = sheet(t("scan.type"), [form], { close: t("close") });
    form.elements.number.focus();
  }
}
