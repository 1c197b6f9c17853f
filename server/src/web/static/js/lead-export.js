// The export dialog: starts an export, shows its progress, lists the earlier ones.

import { EventZone, api, make, toast } from "./page.js";
import { filtersOf } from "./lead-row.js";
import { t } from "./words.js";

const LABEL = { xlsx: "Excel", csv: "CSV", jsonl: "JSON lines", vcf: "vCard" };
const ASK_EVERY_MS = 500;

export function startExports(list, data) {
  const dialog = document.getElementById("export");
  const form = document.getElementById("export-form");
  const zone = new EventZone(data.zone);
  const filters = () => filtersOf(list.parameters);

  const open = () => {
    const filtered = form.querySelector("[data-filtered]");
    filtered.hidden = filters().length === 0;
    if (filtered.hidden && form.range.value === "filtered") form.range.value = "all";
    dialog.showModal();
    listEarlier();
  };
  document.querySelector('[data-action="export"]').addEventListener("click", (event) => {
    event.preventDefault();
    open();
  });
  if (list.parameters.has("export")) open();

  async function listEarlier() {
    const earlier = document.getElementById("earlier");
    try {
      const { items } = await api(data.exports);
      if (items.length === 0) return;
      earlier.replaceChildren(...items.slice(0, 12).map((entry) => line(entry)));
    } catch (error) {
      earlier.replaceChildren(make("li", { class: "bad" }, `${t("js-lead-list-not-loaded")} ${error.message}`));
    }
  }

  function line(entry) {
    const rows = t("js-lead-rows", { count: entry.row_count });
    const state = { failed: t("js-lead-export-failed"), building: t("js-lead-export-building") }[entry.status] ?? rows;
    return make("li", {},
      make("span", {}, `${LABEL[entry.format] ?? entry.format} · ${zone.short(Date.parse(entry.created_at))}`),
      entry.has_file ? make("a", { href: `${data.exports}/${entry.id}/file`, download: true }, t("js-lead-download")) : null,
      make("small", {}, [state, entry.created_by, decodeURIComponent(entry.filter.replaceAll("+", " ").replaceAll("&", ", "))].filter(Boolean).join(" · ")));
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const query = new URLSearchParams({ format: form.format.value });
    if (form.range.value === "new") query.set("since_last", "true");
    if (form.range.value === "filtered") for (const [name, value] of filters()) query.append(name, value);
    const button = form.querySelector("button.primary");
    button.disabled = true;
    try {
      if (form.format.value === "xlsx") await build(query);
      else download(`${data.export}?${query}`);
    } catch (error) {
      progress(null);
      toast(t("js-lead-export-did-not-work", { why: error.message }));
    } finally {
      button.disabled = false;
      setTimeout(listEarlier, 800);
    }
  });

  function download(href) {
    const link = make("a", { href, download: true });
    document.body.append(link);
    link.click();
    link.remove();
  }

  function progress(text, value) {
    const box = document.getElementById("export-progress");
    box.hidden = text === null;
    if (text === null) return;
    const bar = box.querySelector("progress");
    if (value === undefined) bar.removeAttribute("value");
    else bar.value = value;
    box.querySelector("p").textContent = text;
  }

  /** A workbook is built on the server; meanwhile the page may be used or left. */
  async function build(query) {
    progress(t("js-lead-building-workbook"));
    let job = await api(data.exports, { method: "POST", body: Object.fromEntries(query) });
    while (job.status === "building") {
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
      job = await api(`${data.exports}/${job.id}`);
      const share = job.row_total ? (100 * job.row_count) / job.row_total : undefined;
      progress(t("js-lead-of-rows", { done: job.row_count, count: job.row_total ?? 0 }), share);
    }
    if (job.status === "failed") throw new Error(t("js-lead-workbook-failed"));
    progress(t("js-lead-download-started"), 100);
    download(`${data.exports}/${job.id}/file`);
  }
}
