// The printer of this counter: its stock and how far it is off are remembered by this browser, for the
// next print run and for the test page.

const KEPT = "leadline-printer";

const printer = () => document.querySelector("[data-printer]");
const settings = () => [...printer().querySelectorAll("[name^='stock.']")];

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}");
  } catch {
    return {};
  }
}

/** The test page is that of what is set. */
function aim() {
  const query = new URLSearchParams();
  for (const field of settings()) if (field.value !== "") query.set(field.name.slice("stock.".length), field.value);
  printer().querySelector("[data-test]").href = `${printer().dataset.printer}?${query}`;
}

function recall() {
  const kept = read();
  for (const field of settings()) if (kept[field.name] !== undefined) field.value = kept[field.name];
  aim();
}

document.addEventListener("input", (event) => {
  if (!event.target.name?.startsWith("stock.")) return;
  try {
    localStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(settings().map((field) => [field.name, field.value]))));
  } catch {
    // A browser that keeps nothing prints as well; the fields have to be filled again.
  }
  aim();
});

// Opening the dialog empties it first.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-open='begin']")) recall();
});

recall();
