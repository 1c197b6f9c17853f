// Taking in a phone's rescue file at the help desk: a look at what it would bring first, then taking it in.

import { make } from "./page.js";
import { t } from "./words.js";

const MEDIA_TYPE = "application/vnd.leadline.rescue";

async function send(form, path) {
  const [file] = form.file.files;
  const answer = await fetch(form.dataset.rescue + path, { method: "POST", headers: { "content-type": MEDIA_TYPE, accept: "application/json" }, body: file });
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(content.detail ?? t("js-page-answered", { status: String(answer.status) }));
  return content;
}

/** What the file holds, for whom. */
function looked(found) {
  const parts = found.exhibitors.map((part) => make("li", {}, t("js-desk-rescue-part", { name: part.name ?? t("js-desk-rescue-nobody"), count: part.captures })));
  return [
    make("p", {}, make("b", {}, t("js-desk-rescue-holds", { count: found.captures })), " ", t("js-desk-rescue-new", { count: found.new })),
    ...(found.device ? [make("p", {}, t("js-desk-rescue-device", { name: found.device }))] : []),
    make("ul", {}, ...parts),
  ];
}

/** What became of it. */
function taken(receipts) {
  const count = (outcome) => receipts.results.filter((receipt) => receipt.outcome === outcome).length;
  const said = t("js-desk-rescue-taken", { taken: count("accepted"), known: count("duplicate"), refused: count("rejected") + count("conflict") });
  return [make("p", {}, make("b", {}, said))];
}

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-rescue]");
  if (!form) return;
  form.querySelector('[value="take"]').disabled = true;
  form.querySelector("[data-report]").replaceChildren();
  form.querySelector(".form-problem").textContent = "";
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.rescue) return;
  event.preventDefault();
  const isLook = event.submitter?.value !== "take";
  const [look, take] = [form.querySelector('[value="look"]'), form.querySelector('[value="take"]')];
  const problem = form.querySelector(".form-problem");
  problem.textContent = "";
  look.disabled = true;
  take.disabled = true;
  try {
    const answer = await send(form, isLook ? "/look" : "");
    form.querySelector("[data-report]").replaceChildren(...(isLook ? looked(answer) : taken(answer)));
    take.disabled = !isLook || answer.captures === 0;
  } catch (error) {
    problem.textContent = error.message;
  } finally {
    look.disabled = false;
  }
});
