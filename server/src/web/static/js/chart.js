// Scans per minute as bars. Values are also in the table below it, so the picture is hidden from
// screen readers.

import { t } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const LEFT = 30;
const BOTTOM = 20;
const TOP = 8;

function draw(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

/** The smallest round number of steps that reaches `value`: 1, 2 or 5 times a power of ten. */
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 4) / 4));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate * 4 >= value);
  return { step, top: step * Math.max(1, Math.ceil(value / step)) };
}

export class MinuteChart {
  /** @param {HTMLElement} box @param {(ms: number) => string} clock the local time of a minute */
  constructor(box, clock) {
    this.box = box;
    this.clock = clock;
    this.tip = document.createElement("div");
    this.tip.className = "tip";
    this.tip.hidden = true;
    new ResizeObserver(() => this.values && this.paint()).observe(box);
    box.addEventListener("pointermove", (event) => this.point(event));
    box.addEventListener("pointerleave", () => (this.tip.hidden = true));
  }

  /** @param {number[]} values oldest first @param {number} minuteMs start of the last one */
  show(values, minuteMs) {
    this.values = values;
    this.minuteMs = minuteMs;
    this.paint();
  }

  paint() {
    const { width, height } = this.box.getBoundingClientRect();
    if (width < 50) return;
    const { step, top } = ceiling(Math.max(1, ...this.values));
    const floor = height - BOTTOM;
    const y = (value) => floor - ((floor - TOP) * value) / top;
    const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none" });
    for (let value = 0; value <= top; value += step) {
      const at = Math.round(y(value)) + 0.5;
      svg.append(draw("line", { class: value === 0 ? "grid base" : "grid", x1: LEFT, x2: width, y1: at, y2: at }));
      svg.append(draw("text", { x: LEFT - 8, y: at + 4, "text-anchor": "end" }, value));
    }
    this.pitch = (width - LEFT) / this.values.length;
    const gap = this.pitch > 6 ? 2 : 1;
    this.values.forEach((value, index) => {
      const ms = this.time(index);
      const x = LEFT + index * this.pitch;
      const group = draw("g", {});
      const tall = value === 0 ? 0 : Math.max(2, floor - y(value));
      group.append(draw("rect", { class: index === this.values.length - 1 ? "bar-now" : "bar-mark", x: x + gap / 2, y: floor - tall, width: Math.max(1, this.pitch - gap), height: tall, rx: Math.min(2, this.pitch / 4) }));
      group.append(draw("rect", { class: "hit", x, y: TOP, width: this.pitch, height: floor - TOP }));
      svg.append(group);
      const every = width < 480 ? 20 : 10;
      if (new Date(ms).getUTCMinutes() % every === 0 && x > LEFT + 14 && x < width - 18) {
        svg.append(draw("text", { x: x + this.pitch / 2, y: height - 4, "text-anchor": "middle" }, this.clock(ms)));
      }
    });
    this.box.replaceChildren(svg, this.tip);
    this.y = y;
  }

  time(index) {
    return this.minuteMs - (this.values.length - 1 - index) * 60_000;
  }

  point(event) {
    if (!this.values) return;
    const inside = event.clientX - this.box.getBoundingClientRect().left;
    const index = Math.floor((inside - LEFT) / this.pitch);
    const value = this.values[index];
    this.tip.hidden = value === undefined;
    if (value === undefined) return;
    this.tip.textContent = t("js-monitor-scans-at", { time: this.clock(this.time(index)), count: value });
    const half = this.tip.offsetWidth / 2;
    const x = Math.min(this.box.clientWidth - half, Math.max(half, LEFT + (index + 0.5) * this.pitch));
    this.tip.style.setProperty("left", `${x}px`);
    this.tip.style.setProperty("top", `${this.y(value) - 6}px`);
  }
}
