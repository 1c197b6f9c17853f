// What the server did not take: which captures, why, and that they were looked at. The reasons have texts of their
// own, which no other phone fetches.

import { button, make } from "../dom.js";
import { alsoSay, clock, t } from "../strings.js";

await alsoSay(async (language) => (await import(`./words/${language}.js`)).default);

/** A newer server may have reasons and kinds that this app does not know. */
const named = (key, code) => (t(key) === key ? code : t(key));

export function refusedRows(app, captures) {
  const row = ({ id, capture, settlement }) => {
    const { reason, outcome, errors } = settlement.not_accepted;
    const why = [named(`reason.${reason}`, reason ?? outcome), ...errors.map(({ detail }) => detail)].join(" · ");
    const what = `${named(`kind.${capture.kind}`, capture.kind)} · ${clock(capture.captured_at, app.pairing.event.timezone)}`;
    return make("li", { class: "row" }, make("span", { class: "row-text" }, make("b", {}, what), make("span", { class: "quiet" }, why)),
      button(t("refused.dismiss"), () => app.link.ask("dismiss", { id }), { "data-act": "dismiss" }));
  };
  return make("ul", { class: "rows" }, captures.map(row));
}
