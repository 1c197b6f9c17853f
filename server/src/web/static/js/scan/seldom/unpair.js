// Unpairing: refused while something is not yet sent, and asked about before it is done.

import { button, make, sheet, toast } from "../dom.js";
import * as phone from "../phone.js";
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
    button(t("device.unpair"), () => { close(); unpair(app); }, { kind: "danger", class: "button danger large", "data-act": "unpair-now" }),
    button(t("cancel"), () => close(), { kind: "plain" }),
  ], { close: t("close") });
}

async function unpair(app) {
  if (!(await isLetGo(app.pairing))) {
    toast(t("device.unpairOffline"));
    return;
  }
  await app.link.ask("forget");
  phone.forgetPairing();
  app.pairing = null;
  await app.pair();
}

/** Tells the server that this phone lets go; answers false when it cannot be reached. */
async function isLetGo({ event, exhibitor, token }) {
  const place = exhibitor ? `exhibitors/${exhibitor.id}` : `events/${event.id}`;
  const headers = { accept: "application/json", authorization: `Bearer ${token}` };
  try {
    const answer = await fetch(`/api/v1/${place}/unpair`, { method: "POST", headers, cache: "no-store" });
    // Refused means that its access has ended already, except where it is only to ask later.
    return answer.status < 500 && answer.status !== 429 && (answer.ok || answer.headers.get("content-type")?.includes("json"));
  } catch {
    return false;
  }
}
