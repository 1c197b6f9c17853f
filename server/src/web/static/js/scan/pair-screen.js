// Pairing: by the camera, by a typed code, or by a link's code. Nothing is redeemed before "Pair this phone"
// is tapped, so that a preview or a wrong tap uses nothing up.

import { Camera, hindrance } from "./camera.js";
import { cameraTrouble } from "./camera-screens.js";
import { button, field, icon, make, show, toast } from "./dom.js";
import * as phone from "./phone.js";
import { languageChoice } from "./settings.js";
import { t } from "./strings.js";

export class PairScreen {
  /** @param {{code, former, back}} how a code of a link; the pairing that ended; the way back */
  constructor(app, { code, former, back }) {
    Object.assign(this, { app, code, former, back, isHere: true, isLooking: false });
    this.seen = () => {
      if (document.visibilityState === "hidden") this.camera?.close();
      else this.lookAgain();
    };
  }

  async enter() {
    this.codeField = field(t("pair.code"), {
      name: "code", value: this.code ?? "", autocomplete: "off", autocapitalize: "characters", spellcheck: "false",
      maxlength: 20, placeholder: "7F3K-92QX-M4TP", enterkeyhint: "go",
    }, t("pair.codeHint"));
    this.nameField = field(t("pair.name"), { name: "device", value: phone.deviceName(t("pair.nameDefault")), maxlength: 100 }, t("pair.nameHint"));
    this.go = make("button", { class: "button large", "data-act": "pair" }, t("pair.go"));
    this.codeField.addEventListener("input", () => this.drawGo());
    this.problem = make("p", { class: "problem", role: "alert", hidden: true });
    this.viewer = make("div", { class: "pair-view" });
    const form = make("form", { class: "stack", submit: (event) => { event.preventDefault(); this.pair(); } },
      this.codeField, this.nameField, this.problem, this.go);
    this.opener = button(t("pair.camera"), () => this.look(), { picture: "scan", class: "button large", "data-act": "look" });
    const lead = this.code ? t("pair.fromLink") : t("pair.lead");
    show(make("section", { class: "plain-screen pair" },
      make("div", { class: "medal" }, icon("scan")), make("h1", {}, t("pair.title")), this.notices(),
      make("p", {}, lead),
      this.code ? null : [this.viewer, this.opener, make("p", { class: "or" }, t("pair.or"))],
      form,
      this.back && button(t("back"), this.back, { kind: "plain" }),
      languageChoice(() => this.enter())));
    this.drawGo();
    document.addEventListener("visibilitychange", this.seen);
    if (this.code) this.go.focus();
  }

  /** One clear action: the camera first, and once there is a code, pairing. */
  drawGo() {
    const hasCode = this.codeField.querySelector("input").value.trim() !== "";
    this.go.classList.toggle("primary", hasCode);
    this.opener.classList.toggle("primary", !hasCode);
  }

  notices() {
    const notes = [];
    if (phone.wasEvicted()) {
      const unsent = phone.lastUnsent();
      notes.push(make("div", { class: "notice", "data-notice": "evicted" }, icon("alert"), make("div", {},
        make("p", {}, make("b", {}, t("evicted.title"))), make("p", {}, t("evicted.text")),
        unsent > 0 ? make("p", {}, t("evicted.lost", { n: unsent })) : null, make("p", {}, t("evicted.tip")))));
    }
    if (this.former) {
      const { unsent } = this.app.state;
      notes.push(make("div", { class: "notice" }, icon("alert"), make("div", {}, make("p", {}, t("pair.again")),
        unsent > 0 ? make("p", {}, t("pair.againUnsent", { n: unsent })) : null)));
    }
    return notes;
  }

  say(text) {
    this.problem.hidden = !text;
    this.problem.textContent = text ?? "";
  }

  /** After a lock, a call or another app. */
  lookAgain() {
    if (this.isHere && this.isLooking && document.visibilityState === "visible") this.look();
  }

  /** Reads frames until a pairing code is among them. */
  async look() {
    const hindered = hindrance();
    const video = make("video", { muted: true, playsinline: true, autoplay: true });
    this.camera?.close();
    const camera = (this.camera = new Camera(video, () => this.lookAgain()));
    this.isLooking = true;
    const trouble = hindered ?? (await camera.open(phone.settings().camera));
    if (this.camera !== camera) return;
    if (trouble) {
      this.isLooking = false;
      this.viewer.replaceChildren(cameraTrouble(trouble, () => this.look(), (file) => this.photo(file)));
      return;
    }
    this.viewer.replaceChildren(video, make("p", { class: "hint" }, t("pair.asked")));
    while (this.isHere && camera.isOpen) {
      const bitmap = await camera.frame();
      if (!bitmap) continue;
      if (!this.found(await this.app.link.ask("look", { bitmap }, [bitmap]))) continue;
      this.isLooking = false;
      camera.close();
    }
    if (this.camera === camera) this.viewer.replaceChildren();
  }

  async photo(file) {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const code = await this.app.link.ask("look", { bitmap, effort: "thorough" }, [bitmap]);
    if (!this.found(code)) toast(t("pair.notPairing"));
  }

  found(code) {
    if (!code) return false;
    if (code.kind !== "pairing") {
      this.say(t("pair.notPairing"));
      return false;
    }
    const { origin, host } = new URL(code.pairing_server);
    if (origin !== location.origin) {
      const address = `${origin}/scan?code=${encodeURIComponent(code.pairing_code)}`;
      this.problem.hidden = false;
      this.problem.replaceChildren(t("pair.elsewhere", { server: host }), " ", make("a", { href: address }, t("pair.open", { server: host })));
      return true;
    }
    this.codeField.querySelector("input").value = code.pairing_code;
    this.drawGo();
    this.say(null);
    this.go.focus();
    return true;
  }

  async pair() {
    this.say(null);
    this.go.disabled = true;
    this.go.textContent = t("pair.going");
    const value = (one) => one.querySelector("input").value.trim();
    try {
      const paired = await phone.pair(value(this.codeField), value(this.nameField) || phone.deviceName(t("pair.nameDefault")));
      await this.app.paired(paired);
      toast(t("pair.done", { place: paired.exhibitor?.name ?? paired.event.name }));
    } catch (error) {
      this.say(error instanceof TypeError || error instanceof SyntaxError ? t("pair.offline") : error.message);
      this.go.disabled = false;
      this.go.textContent = t("pair.go");
    }
  }

  leave() {
    this.isHere = false;
    document.removeEventListener("visibilitychange", this.seen);
    this.camera?.close();
  }
}
