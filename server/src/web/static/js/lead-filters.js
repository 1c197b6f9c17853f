// The filters of the Leads tab: the list changes as they are chosen, without leaving the page. What they offer is at
// first what the leads shown have; an opened menu offers what all leads of the space have.

import { debounce } from "./page.js";

async function offerAll(menu, list) {
  const answer = await fetch(`${list.data.base}/filters${list.query}`, { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const fresh of page.querySelectorAll("select[name]")) {
    const select = menu.querySelector(`select[name="${fresh.name}"]`);
    const chosen = select?.value;
    if (!select || ![...fresh.options].some((option) => option.value === chosen)) continue;
    select.replaceChildren(...fresh.options);
    select.value = chosen;
  }
}

export function startFilters(list) {
  const form = document.getElementById("filters");
  const address = () => {
    const url = new URL(form.getAttribute("action"), location.href);
    for (const [name, value] of new FormData(form)) if (value !== "") url.searchParams.append(name, value);
    return url.href;
  };
  const show = () => list.visit(address(), { push: true });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const menu = form.querySelector(".filter-menu");
    menu.open = false;
    show();
  });
  form.addEventListener("input", debounce(250, (event) => event.target.name === "q" && show()));
  form.addEventListener("change", (event) => event.target.matches("select, [type=datetime-local]") && matchMedia("(min-width: 48rem)").matches && show());
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopImmediatePropagation();
  });
  // The event does not bubble.
  document.addEventListener("toggle", ({ target }) => target.matches(".filter-menu[open]") && offerAll(target, list), true);
}
