// Importing a file of people or of exhibitors: a look at what would happen first, then the import itself.

import { make, toast } from "./page.js";
import { t } from "./words.js";

/** Whether an answer is of a list of exhibitors. */
const isOfExhibitors = (answer) => answer.admins !== undefined;

/** Which header was read as what, and what nothing was read of. */
function columns(answer, called) {
  const { mapping, ignored = [] } = answer.layout ?? answer;
  const read = mapping.filter((one) => one.column).map((one) => `${one.header} → ${called[one.column] ?? one.column}`);
  const leftOut = [...ignored, ...mapping.filter((one) => !one.column).map((one) => one.header)];
  return [
    make("p", { class: "hint" }, t("js-import-columns", { columns: read.join(", ") })),
    leftOut.length ? make("p", { class: "hint" }, t("js-import-left-out", { columns: leftOut.join(", ") })) : null,
  ].filter(Boolean);
}

/** What the file brings that the event did not know: right, or a slip of whoever wrote it. */
function unknown({ new_categories: categories = [], new_halls: halls = [] }) {
  return [
    categories.length ? make("p", { dir: "auto" }, t("js-import-new-categories", { categories: categories.join(", ") })) : null,
    halls.length ? make("p", { dir: "auto" }, t("js-import-new-halls", { halls: halls.join(", ") })) : null,
  ].filter(Boolean);
}

/** What the server made of the file; `called` has the page's words for the columns. */
function report(answer, called) {
  const said = [
    isOfExhibitors(answer) ? t("js-import-new-exhibitors", { count: answer.created }) : t("js-import-new-people", { count: answer.created }),
    t("js-import-changed", { count: answer.updated }), t("js-import-unchanged", { count: answer.unchanged }),
    answer.repeated ? t("js-import-repeated", { count: answer.repeated }) : null,
    answer.admins ? t("js-import-admins", { count: answer.admins }) : null,
  ].filter(Boolean).join(", ");
  const summary = make("p", {}, make("b", {}, t(answer.dry_run ? "js-import-would-bring" : "js-import-done")), ` ${said}.`);
  const head = [summary, ...unknown(answer), ...(answer.dry_run ? columns(answer, called) : [])];
  if (!answer.rejected) return head;
  // A column is called as the file calls it, and one that the file lacks as the page does.
  const headers = new Map((answer.layout ?? answer).mapping.map((one) => [one.column, one.header]));
  const place = (row) => t("js-import-row", { row: String(row.row), column: headers.get(row.column) ?? called[row.column] ?? row.column });
  const bad = answer.bad_rows.slice(0, 50).map((row) => make("li", {}, make("b", {}, place(row)), " ", row.detail ?? row.reason));
  return [...head, make("p", { class: "bad" }, t("js-import-rejected", { count: answer.rejected })), make("ul", { class: "bad-rows" }, ...bad)];
}

async function send(form, isTrial) {
  const [file] = form.file.files;
  const type = /\.(csv|txt)$/i.test(file.name) ? "text/csv" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  const answer = await fetch(`${form.dataset.import}?dry_run=${isTrial}`, { method: "POST", headers: { "content-type": type, accept: "application/json" }, body: file });
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(content.detail ?? t("js-page-answered", { status: String(answer.status) }));
  return content;
}

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-import]");
  if (!form) return;
  form.querySelector('[value="import"]').disabled = true;
  form.querySelector("[data-report]").replaceChildren();
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.import) return;
  event.preventDefault();
  const isTrial = event.submitter?.value !== "import";
  const problem = form.querySelector(".form-problem");
  problem.textContent = "";
  for (const button of form.querySelectorAll(".dialog-foot button")) button.disabled = true;
  let isReady = false;
  try {
    const answer = await send(form, isTrial);
    form.querySelector("[data-report]").replaceChildren(...report(answer, JSON.parse(form.dataset.columns)));
    isReady = isTrial && answer.created + answer.updated + (answer.admins ?? 0) > 0;
    if (!isTrial) {
      const done = isOfExhibitors(answer) ? t("js-import-exhibitors-imported", { count: answer.created }) : t("js-import-imported", { count: answer.created });
      toast(done, { label: t("js-import-show-them"), run: () => location.reload() });
    }
  } catch (error) {
    problem.textContent = error.message;
  } finally {
    form.querySelector('[value="try"]').disabled = false;
    form.querySelector('[value="import"]').disabled = !isReady;
  }
});
