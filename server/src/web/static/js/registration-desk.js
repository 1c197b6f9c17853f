// The registration desk: looks for somebody with the same name or e-mail, registers, and opens the badge.

import { api, make } from "./page.js";
import { t } from "./words.js";

const form = document.querySelector("form[data-desk]");
const twins = form.querySelector("[data-twins]");
const register = form.querySelector('[value="register"]');
const anyway = form.querySelector('[value="anyway"]');
const problem = form.querySelector(".form-problem");
const base = form.dataset.desk;

const nameOf = (person) => `${person.first_name ?? ""} ${person.last_name ?? ""}`.trim();
const badgeOf = (person) => person.badge ?? {};

/** Opens the badge to print and counts the print. */
function printLink(person) {
  const badge = badgeOf(person);
  return make("a", {
    class: "button", target: "_blank", rel: "noopener", href: `${base}/badges/${badge.id}.pdf`,
    "aria-label": t("js-regdesk-print-named", { name: nameOf(person) }),
    click: () => api(`${base}/badges/${badge.id}/print`, { method: "POST" }).catch(() => {}),
  }, t("js-regdesk-print"));
}

/** Who is registered with this name or this address already. */
async function twinsOf(sent) {
  const asked = ["first_name", "last_name", "email"].filter((name) => sent[name]).map((name) => [name, sent[name]]);
  if (asked.length === 0) return [];
  return (await api(`${base}/registrations?${new URLSearchParams([["limit", "20"], ...asked])}`)).items;
}

function show(found) {
  const rows = found.map((person) => make("li", {},
    make("span", {}, make("b", { dir: "auto" }, nameOf(person)), make("small", {}, [person.company, person.email, badgeOf(person).number].filter(Boolean).join(" · "))),
    badgeOf(person).id ? printLink(person) : null));
  twins.replaceChildren(...(found.length ? [make("p", {}, make("b", {}, t("js-regdesk-known"))), make("ul", { class: "desk-rows" }, ...rows)] : []));
  offer(found.length > 0);
}

/** One way to go on: registering, which looks for twins first, or registering all the same. Enter looks first. */
function offer(isTwin) {
  anyway.hidden = !isTwin;
  register.hidden = isTwin;
}

function done(person) {
  document.getElementById("done").prepend(make("li", {},
    make("span", {}, make("b", { dir: "auto" }, nameOf(person)), make("small", { class: "number" }, badgeOf(person).number ?? "")), printLink(person)));
}

form.addEventListener("input", () => { offer(false); twins.replaceChildren(); problem.textContent = ""; });

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const isSure = event.submitter?.value === "anyway";
  const isOnButton = document.activeElement === event.submitter;
  const sent = Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim() !== ""));
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  problem.textContent = "";
  try {
    const found = isSure ? [] : await twinsOf(sent);
    show(found);
    if (found.length) {
      // The button that had the focus is gone; who is there already is to be read next.
      if (isOnButton) twins.focus();
      return;
    }
    done(await api(`${base}/registrations`, { method: "POST", body: sent }));
    form.reset();
    form.elements.first_name.focus();
  } catch (error) {
    problem.textContent = error.message;
  } finally {
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  }
});
