// How the app comes to a phone's home screen, and how it takes over from the tab that it was opened in.

import { button, make, sheet, toast } from "../dom.js";
import * as phone from "../phone.js";
import { alsoSay, t } from "../strings.js";

await alsoSay(async (language) => (await import(`./words/${language}.js`)).default);

export const installSteps = () => make("ol", { class: "steps" }, ["step1", "step2", "step3"].map((step) => make("li", {}, t(`install.${step}`))));

/** The part of "More" about it. */
export function installPart(app) {
  const { installer } = app;
  const how = installer
    ? button(t("install.button"), () => { installer.prompt(); app.installer = null; }, { kind: "primary", picture: "down" })
    : installSteps();
  return make("section", { class: "panel-part" }, make("h2", {}, t("install.title")), make("p", { class: "quiet" }, t("evicted.tip")), how,
    phone.isIos && app.pairing.exhibitor ? [button(t("transfer.button"), () => transfer(app), { picture: "share", "data-act": "transfer" }), make("p", { class: "hint" }, t("transfer.text"))] : null);
}

/** An app on the home screen of iOS shares nothing with this tab: it takes over with a code, once all is sent. */
async function transfer(app) {
  const { unsent, stranded } = app.state;
  if (unsent + stranded > 0) {
    toast(t("transfer.unsent", { n: unsent + stranded }));
    return;
  }
  try {
    const code = await transferCode(app.pairing);
    sheet(t("transfer.title"), [installSteps(), make("p", {}, t("transfer.type")), make("output", { class: "transfer-code", "data-code": code }, code),
      make("p", { class: "hint" }, t("transfer.once"))], { close: t("close") });
  } catch (error) {
    toast(error instanceof TypeError ? t("pair.offline") : error.message);
  }
}

/** A code by which the app on the home screen takes this tab's place. */
async function transferCode({ exhibitor, token }) {
  const headers = { accept: "application/json", authorization: `Bearer ${token}` };
  const answer = await fetch(`/api/v1/exhibitors/${exhibitor.id}/transfer-code`, { method: "POST", headers, cache: "no-store" });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail ?? said.title);
  return said.pairing_code;
}
