// Keyboard shortcuts of the Leads tab. Single characters can be switched off (WCAG 2.1.4).

const SETTING = "leadline.single-keys";
const RATINGS = { 1: "hot", 2: "warm", 3: "cold", 0: null };

export function startKeys(list, panel, editor) {
  const dialog = document.getElementById("shortcuts");
  const box = document.getElementById("single-keys");
  const opener = document.querySelector('[data-action="shortcuts"]');
  box.checked = localStorage.getItem(SETTING) !== "off";
  box.addEventListener("change", () => localStorage.setItem(SETTING, box.checked ? "on" : "off"));
  opener.hidden = false;
  opener.addEventListener("click", () => {
    opener.closest("details").open = false;
    dialog.showModal();
  });

  const step = (row, by) => {
    const next = by > 0 ? row.nextElementSibling : row.previousElementSibling;
    const link = next?.querySelector("a.who");
    if (!link) return;
    link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    if (!panel.box.hidden && matchMedia("(min-width: 60.01rem)").matches) panel.open(next.dataset.id).then(() => link.focus({ preventScroll: true }));
  };

  /** Left and right move within one rating; the group is one stop of the tab key. */
  const turn = (button, by) => {
    const buttons = [...button.parentElement.querySelectorAll("[data-rate]")];
    const next = buttons[(buttons.indexOf(button) + by + buttons.length) % buttons.length];
    for (const each of buttons) each.tabIndex = each === next ? 0 : -1;
    next.focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || document.querySelector("dialog[open]")) return;
    const target = event.target;
    const row = target.closest?.(".row");
    const isTyping = target.matches?.("input, textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      if (isTyping && target.value && target.type !== "search") target.blur();
      else if (!panel.box.hidden) panel.close();
      return;
    }
    if (isTyping) {
      if (event.key === "ArrowDown" && target.type === "search") {
        event.preventDefault();
        list.body.querySelector("a.who")?.focus();
      }
      return;
    }
    if (row && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      step(row, event.key === "ArrowDown" ? 1 : -1);
    } else if (target.dataset?.rate && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      event.preventDefault();
      turn(target, event.key === "ArrowRight" ? 1 : -1);
    } else if (box.checked) {
      single(event, row);
    }
  });

  function single(event, row) {
    const id = row?.dataset.id ?? (panel.box.contains(event.target) ? panel.id : null);
    if (event.key === "/") {
      event.preventDefault();
      document.querySelector("#filters [name=q]").select();
    } else if (event.key === "?") {
      dialog.showModal();
    } else if (id && event.key in RATINGS && document.querySelector("[data-rate]:not(:disabled)")) {
      editor.rate(id, RATINGS[event.key]);
    } else if (row && event.key.toLowerCase() === "x") {
      row.querySelector("[data-pick]")?.click();
    } else if (id && event.key.toLowerCase() === "n") {
      event.preventDefault();
      const write = () => panel.box.querySelector("textarea")?.focus();
      if (panel.id === id) write();
      else panel.open(id).then(write);
    }
  }
}
