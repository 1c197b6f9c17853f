// Who scans: two taps change it, and later captures carry the new name.

import { button, field, icon, make, sheet, toast } from "./dom.js";
import { t } from "./strings.js";

/** The button that says who scans and opens the choice. */
export const shiftButton = (app, changed) =>
  make("button", { type: "button", class: "who", "data-shift": true, click: () => chooseShift(app, changed) },
    icon("user"), make("span", {}, app.shift?.name ?? t("shift.who")));

/** The choice, which shows the crew as soon as it is known; `changed` is called when somebody else scans. */
export function chooseShift(app, changed) {
  const choose = async (shift) => {
    close();
    await app.changeShift(shift);
    toast(t("shift.now", { who: shift?.name ?? t("shift.nobody") }));
    changed();
  };
  const row = (name, isNow, shift) =>
    make("button", { type: "button", class: "row", "aria-pressed": String(isNow), click: () => choose(shift) },
      make("span", { class: "round-name", "aria-hidden": "true" }, name.slice(0, 1)), make("b", {}, name), isNow ? icon("check") : null);
  const other = field(t("shift.other"), { name: "operator", maxlength: 100, autocomplete: "off", placeholder: t("shift.otherHint") });
  const form = make("form", {
    class: "beside",
    submit: (event) => {
      event.preventDefault();
      const name = other.querySelector("input").value.trim();
      if (name) choose({ operator: name, name });
    },
  }, other, make("button", { class: "button primary" }, t("save")));
  const crew = make("div");
  const draw = () => {
    const members = app.crew?.members ?? [];
    crew.replaceChildren(
      make("p", { class: "quiet" }, t("shift.text"), " ", app.crew?.each_sees_only_their_own ? t("shift.own") : ""),
      members.length > 0
        ? make("div", { class: "rows" }, members.map(({ id, name }) => row(name, app.shift?.member_id === id, { member_id: id, name })))
        : app.pairing.exhibitor ? make("p", { class: "quiet" }, t("shift.none")) : "",
    );
  };
  draw();
  const deaf = app.link.on("crew", draw);
  const close = sheet(t("shift.title"), [crew, form, button(t("shift.nobody"), () => choose(null), { kind: "plain" })],
    { close: t("close"), onClose: deaf });
}
