// Unpairing: refused while something is not yet sent, and asked about before it is done.

import { button, make, sheet, toast } from "../dom.js";
import { t } from "../strings.js";

export function askToUnpair(app) {
  const { unsent, stranded } = app.state;
  const left = unsent + stranded;
  if (left > 0) {
    toast(t("device.unpairUnsent", { n: left }));
    return;
  }
  const place = app.pairing.exhibitor?.name ?? app.pairing.event.name;
  const close = sheet(t("device.unpairSure", { place }), [
    make("p", {}, t("device.unpairText")),
    button(t("device.unpair"), () => { close(); app.unpair(); }, { kind: "danger", class: "button danger large", "data-act": "unpair-now" }),
    button(t("cancel"), () => close(), { kind: "plain" }),
  ], { close: t("close") });
}
