// Small helpers around the DOM: elements, icons, messages, screens.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  scan: "M4 8.500V5.500A1.500 1.500 0 0 1 5.500 4h3M15.500 4h3A1.500 1.500 0 0 1 20 5.500v3M20 15.500v3a1.500 1.500 0 0 1-1.500 1.500h-3M8.500 20h-3A1.500 1.500 0 0 1 4 18.500v-3M7.500 12h9",
  people: "M9 11.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7M2.500 19.500c.5-3.500 3-5.500 6.500-5.500s6 2 6.500 5.500M16 5a3.300 3.300 0 0 1 0 6.300M18 14.400c2 .7 3.200 2.500 3.500 5.100",
  more: "M5 7h14M5 12h14M5 17h14",
  torch: "M13 3 5.500 13.500h5.500L10 21l8-11h-5.500z",
  flip: "M4 12a8 8 0 0 1 13.600-5.700L20 8.500M20 4v4.500h-4.500M20 12a8 8 0 0 1-13.600 5.700L4 15.500M4 20v-4.500h4.500",
  close: "m6 6 12 12M18 6 6 18",
  back: "M14.500 5.500 8 12l6.500 6.500",
  next: "M9.500 5.500 16 12l-6.500 6.500",
  check: "m5 12.500 4.500 4.500L19 7.500",
  alert: "M12 4 2.800 19.500h18.400zM12 10v4.500M12 17v.2",
  cloud: "M7 18.500a4.500 4.500 0 0 1-.6-9A6 6 0 0 1 18 10.500a4 4 0 0 1-.5 8zM12 16v-5M9.500 13 12 10.500l2.500 2.500",
  keyboard: "M3.500 6.500h17v11h-17zM7 10h.1M10.300 10h.1M13.700 10h.1M17 10h.1M8 14h8",
  photo: "M4 7.500h3.500L9 5h6l1.500 2.500H20v11.500H4zM12 16a3.200 3.200 0 1 0 0-6.400 3.200 3.200 0 0 0 0 6.400",
  note: "M5 4.500h14v10.200L14.200 19.500H5zM14 19.500v-5h5M8.500 9h7M8.500 12.500h3.500",
  user: "M12 11.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.500 20.500c.6-4 3.500-6.300 7.500-6.300s6.900 2.300 7.500 6.300",
  plus: "M12 5v14M5 12h14",
  sync: "M4 12a8 8 0 0 1 13.600-5.700L20 8.500M20 4v4.500h-4.500M20 12a8 8 0 0 1-13.600 5.700L4 15.500M4 20v-4.500h4.500",
  down: "M12 4v11M7.500 10.500 12 15l4.500-4.500M4.500 19.500h15",
  share: "M12 15V4M8 7.500 12 3.500l4 4M6 11H5v9.500h14V11h-1",
  badge: "M6 8h12v12.500H6zM9.500 8V5.500a2.500 2.500 0 0 1 5 0V8M9 16.500h6M12 13.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3",
  search: "M11 17.500a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13M16 16l4.500 4.500",
  hot: "M12 3c.6 3.200 5.500 5.200 5.500 10.400A5.500 5.500 0 0 1 12 19.900a5.500 5.500 0 0 1-5.500-5.600c0-2.200 1-3.700 2.200-4.900.2 1.700 1 2.600 2 3C10.400 9 10.500 5.700 12 3Z",
  warm: "M12 15.750a3.750 3.750 0 1 0 0-7.500 3.750 3.750 0 0 0 0 7.500M12 3.750v2M12 18.250v2M3.750 12h2M18.250 12h2M6.200 6.200l1.400 1.400M16.400 16.400l1.400 1.400M17.800 6.200l-1.400 1.400M7.600 16.400l-1.400 1.400",
  cold: "M12 3.500v17M4.640 7.750l14.720 8.500M19.360 7.750 4.640 16.250M9.800 5.300 12 7.200l2.200-1.900M9.800 18.700l2.200-1.900 2.200 1.900",
};

/** Makes an element; functions among the attributes listen, `false` and `null` leave one out. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

export function icon(name) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  picture.append(path);
  return picture;
}

/** A button with an icon before its text. `kind`: "primary", "plain" or nothing. */
export function button(text, click, { kind = "", picture, ...attributes } = {}) {
  return make("button", { type: "button", class: `button ${kind}`.trim(), click, ...attributes }, picture && icon(picture), text);
}

/** A labelled input. */
export function field(label, attributes, hint) {
  const id = `f-${attributes.name}`;
  const control = attributes.type === "area" ? make("textarea", { id, class: "input", ...attributes, type: null }) : make("input", { id, class: "input", ...attributes });
  if (attributes.value) control.value = attributes.value;
  return make("div", { class: "field" }, make("label", { for: id }, label), control, hint && make("p", { class: "hint" }, hint));
}

/** Shows a short message. */
export function toast(text) {
  const list = document.getElementById("toasts");
  const box = make("div", { class: "toast" }, make("p", {}, text));
  list.replaceChildren(box);
  setTimeout(() => box.remove(), 5000);
}

/** Draws a box anew; the button that had the focus keeps it. */
export function redraw(box, ...children) {
  const at = [...box.querySelectorAll("button")].indexOf(document.activeElement);
  box.replaceChildren(...children.flat().filter(Boolean));
  if (at >= 0) box.querySelectorAll("button")[at]?.focus();
}

/** Fills the screen; screen readers and keyboards begin at its top. */
export function show(...children) {
  const screen = document.getElementById("screen");
  screen.replaceChildren(...children.flat().filter(Boolean));
  screen.scrollTop = 0;
  screen.focus({ preventScroll: true });
  return screen;
}

/** A centred screen with one thing to say. */
export const notice = (picture, title, ...children) =>
  make("section", { class: "plain-screen" }, make("div", { class: "medal" }, icon(picture)), make("h1", {}, title), ...children);

const sheets = new Set(); // functions that close each

/** A sheet over the screen; gives a function that closes it. */
export function sheet(title, children, { close: closeText, onClose, kind = "" } = {}) {
  const dialog = make("dialog", { class: `sheet ${kind}`.trim(), "aria-label": title });
  const ended = () => {
    if (!sheets.delete(close)) return;
    dialog.remove();
    onClose?.();
  };
  // A page that nobody looks at hears of the end of a dialog only when it is looked at again.
  const close = () => { dialog.close(); ended(); };
  sheets.add(close);
  dialog.append(
    make("div", { class: "sheet-head" }, make("h2", { tabindex: -1, autofocus: true }, title),
      make("button", { type: "button", class: "round", "aria-label": closeText, click: close }, icon("close"))),
    make("div", { class: "sheet-body" }, ...children),
  );
  dialog.addEventListener("close", ended);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) close(); });
  document.body.append(dialog);
  dialog.showModal();
  return close;
}

/** Closes what lies over the screen, as its person would. */
export const closeSheets = () => sheets.forEach((close) => close());
