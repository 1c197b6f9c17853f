// Everything besides scanning: who scans, how sending goes, what was not accepted, settings, this phone.

import { button, make, show } from "./dom.js";
import * as phone from "./phone.js";
import { settingRows } from "./settings.js";
import { shiftButton } from "./shift.js";
import { t } from "./strings.js";
import { LOOK_MS, syncLines, syncedText } from "./sync-view.js";

const RESCUE_TYPE = "application/vnd.leadline.rescue";

export class MoreScreen {
  constructor(app) {
    this.app = app;
  }

  async enter() {
    this.sync = make("section", { class: "panel-part" });
    this.refused = make("section", { class: "panel-part", "data-part": "refused", hidden: true });
    this.device = make("section", { class: "panel-part" });
    const { pairing } = this.app;
    show(make("section", { class: "list-screen" },
      make("div", { class: "screen-top" }, make("div", {}, make("h1", {}, pairing.exhibitor?.name ?? pairing.event.name), make("p", { class: "quiet" }, pairing.event.name)),
        shiftButton(this.app, () => this.enter())),
      this.sync, this.refused,
      make("section", { class: "panel-part" }, make("h2", {}, t("settings.title")), settingRows(this.app, () => this.app.go("more"))),
      make("section", { class: "panel-part" }, make("h2", {}, t("practice.title")), make("p", { class: "quiet" }, t("practice.show")),
        make("img", { class: "practice", src: "/scan/practice-badge.svg", width: 200, height: 200, alt: t("practice.title") })),
      this.device));
    this.said = null;
    this.leave();
    // How long ago it was changes by itself.
    this.timer = setInterval(() => this.stateChanged(), LOOK_MS);
    await Promise.all([this.install().catch(() => {}), this.stateChanged()]); // without network the steps wait
  }

  leave() {
    clearInterval(this.timer);
  }

  /** How to keep the app on the phone, where it is not yet. */
  async install() {
    if (phone.isApp() || !(this.app.installer || phone.isIos)) return;
    const { installPart } = await import("./seldom/install.js");
    this.refused.after(installPart(this.app));
  }

  async stateChanged() {
    const { syncedAt, ...rest } = this.app.state;
    // Drawn anew only when it says something else: a button must not vanish under a finger.
    const said = JSON.stringify([rest, syncedText({ syncedAt })]);
    if (said === this.said) return;
    this.said = said;
    this.sync.replaceChildren(make("h2", {}, t("sync.title")), ...syncLines(this.app).filter(Boolean));
    await Promise.all([this.drawRefused(), this.drawDevice()]);
  }

  async drawRefused() {
    const captures = await this.app.link.ask("notAccepted");
    this.refused.hidden = captures.length === 0;
    const rows = captures.length > 0 ? (await import("./seldom/refused.js")).refusedRows(this.app, captures) : "";
    this.refused.replaceChildren(make("h2", {}, t("refused.count", { n: captures.length })), make("p", { class: "quiet" }, t("refused.text")),
      rows);
  }

  async drawDevice() {
    const isKept = (await navigator.storage?.persisted?.()) ?? false;
    const { unsent, notAccepted, stranded } = this.app.state;
    const hasLeft = unsent + notAccepted + stranded > 0;
    this.device.replaceChildren(make("h2", {}, t("device.title")),
      make("p", { class: "quiet" }, t("device.storage", { state: t(isKept ? "device.persisted" : "device.notPersisted") })),
      this.app.opensOffline ? null : make("p", { class: "hint" }, t("device.online")),
      button(t("device.rescue"), () => this.rescue(), { picture: "down", "data-act": "rescue", disabled: !hasLeft }),
      make("p", { class: "hint" }, t(hasLeft ? "device.rescueText" : "device.rescueNone")),
      button(t("device.unpair"), async () => (await import("./seldom/unpair.js")).askToUnpair(this.app), { kind: "danger", "data-act": "unpair" }),
      make("p", { class: "hint" }, t("device.unpairText")));
  }

  async rescue() {
    const bytes = await this.app.link.ask("rescue");
    const day = new Date().toISOString().slice(0, 16).replace(/[:T]/g, "-");
    const address = URL.createObjectURL(new Blob([bytes], { type: RESCUE_TYPE }));
    const name = `leadline-${this.app.pairing.event.slug}-${day}.rescue`;
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }
}
