// A hardware reader types like a keyboard: fast, and with Enter or Tab at the end. What a person types into
// a field is left alone.

const LONGEST_GAP_MS = 300;
const SHORTEST = 4;

/** Calls `read` with each text that a reader types; gives a function that stops it. */
export function listenToReader(read) {
  let text = "";
  let last = 0;
  const key = (event) => {
    if (event.target.closest?.("input, textarea, select, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.timeStamp - last > LONGEST_GAP_MS) text = "";
    last = event.timeStamp;
    if (event.key === "Enter" || event.key === "Tab") {
      if (text.length < SHORTEST) return;
      event.preventDefault();
      const whole = text;
      text = "";
      read(whole);
    } else if (event.key.length === 1) {
      text += event.key;
      if (event.key === " ") event.preventDefault();
    }
  };
  document.addEventListener("keydown", key);
  return () => document.removeEventListener("keydown", key);
}
