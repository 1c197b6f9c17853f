// A hardware reader types like a keyboard: fast, and with Enter or Tab at the end. What a person types into
// a field is left alone.

const LONGEST_GAP_MS = 300;
const SHORTEST = 4;
/** What keys type on an American keyboard, without and with Shift. */
const KEYS = {
  Minus: "-_", Equal: "=+", Slash: "/?", Period: ".>", Comma: ",<", Semicolon: ";:", Quote: "'\"", BracketLeft: "[{", BracketRight: "]}",
  Backslash: "\\|",
};
const SHIFTED = ")!@#$%^&*(";

/** What a reader that is set to the American layout means by a key, whatever layout this device has. */
function american({ code, shiftKey, key }) {
  const [, kind, name] = /^(Key|Digit)(.)$/.exec(code) ?? [];
  if (kind === "Key") return shiftKey ? name : name.toLowerCase();
  if (kind === "Digit") return shiftKey ? SHIFTED[name] : name;
  return KEYS[code]?.[Number(shiftKey)] ?? key;
}

/**
 * Calls `read` with each text that a reader types, and with what it is by the American layout; over a dialog once
 * that is closed. Gives a function that stops it.
 */
export function listenToReader(read) {
  let texts = ["", ""];
  let last = 0;
  const key = (event) => {
    if (event.target.closest?.("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.timeStamp - last > LONGEST_GAP_MS) texts = ["", ""];
    last = event.timeStamp;
    const [text, other] = texts;
    if (event.key === "Enter" || event.key === "Tab") {
      if (text.length < SHORTEST) return;
      event.preventDefault();
      texts = ["", ""];
      const dialog = event.target.closest?.("dialog");
      if (dialog) dialog.addEventListener("close", () => read(text, other), { once: true });
      else read(text, other);
    } else if (event.key.length === 1 || event.key === "Dead") {
      if (event.key === " ") {
        if (!text) return; // a person presses a button
        event.preventDefault();
      }
      const meant = american(event);
      texts = [text + (event.key === "Dead" ? meant : event.key), other + meant];
    }
  };
  document.addEventListener("keydown", key);
  return () => document.removeEventListener("keydown", key);
}
