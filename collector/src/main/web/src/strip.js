// CPU over time: one area, drawn as SVG; dragging selects a range.
import { clock, cores } from './format.js';
import { pieces } from './series.js';

const NS = 'http://www.w3.org/2000/svg';
const HEIGHT = 84;
const LEFT = 44;
const BOTTOM = 18;
const TOP = 6;

function element(name, attributes, text) {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

/** A round number at or above the highest value. */
function ceiling(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map((f) => f * power).find((f) => f >= value - 1e-12);
}

export function stripView(svg, listener) {
  let state = null;
  let drag = null;

  const plotWidth = () => Math.max(50, svg.clientWidth - LEFT - 6);
  const xOf = (time) => LEFT + ((time - state.from) / (state.until - state.from)) * plotWidth();
  const timeOf = (x) => state.from + ((Math.min(Math.max(x, LEFT), LEFT + plotWidth()) - LEFT) / plotWidth()) * (state.until - state.from);

  function draw() {
    svg.setAttribute('viewBox', `0 0 ${svg.clientWidth || 600} ${HEIGHT}`);
    const top = ceiling(Math.max(...state.all.map((p) => p.cores ?? 0), 0));
    const y = (value) => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
    const parts = [];
    for (const value of [0, top / 2, top]) {
      parts.push(element('line', { class: 'grid', x1: LEFT, x2: LEFT + plotWidth(), y1: y(value), y2: y(value) }));
      parts.push(element('text', { class: 'tick', x: LEFT - 6, y: y(value) + 3.5, 'text-anchor': 'end' }, cores(value)));
    }
    const ticks = Math.max(2, Math.min(8, Math.floor(plotWidth() / 130)));
    for (let i = 0; i <= ticks; i++) {
      const time = state.from + ((state.until - state.from) * i) / ticks;
      const anchor = i === 0 ? 'start' : i === ticks ? 'end' : 'middle';
      parts.push(element('text', { class: 'tick', x: xOf(time), y: HEIGHT - 4, 'text-anchor': anchor }, clock(time)));
    }
    const area = (points, className) => {
      const step = state.step;
      let d = '';
      // A point stands for the step that ends at its time.
      for (const p of points) d += `${d ? 'L' : 'M'}${xOf(Math.max(state.from, p.time - step))} ${y(p.cores)}L${xOf(p.time)} ${y(p.cores)}`;
      const first = xOf(Math.max(state.from, points[0].time - step));
      parts.push(element('path', { class: `${className} fill`, d: `${d}L${xOf(points.at(-1).time)} ${y(0)}L${first} ${y(0)}Z` }));
      parts.push(element('path', { class: `${className} line`, d }));
    };
    for (const piece of pieces(state.all)) area(piece, state.chosen ? 'area-all' : 'area');
    for (const piece of pieces(state.chosen ?? [])) area(piece, 'area');
    if (drag) {
      const [a, b] = [Math.min(drag.start, drag.end), Math.max(drag.start, drag.end)];
      parts.push(element('rect', { class: 'brush', x: a, width: b - a, y: TOP, height: HEIGHT - TOP - BOTTOM }));
    }
    svg.replaceChildren(...parts);
  }

  const position = (event) => event.clientX - svg.getBoundingClientRect().left;
  svg.addEventListener('pointerdown', (event) => {
    if (!state || event.button !== 0) return;
    svg.setPointerCapture(event.pointerId);
    drag = { start: position(event), end: position(event) };
  });
  svg.addEventListener('pointermove', (event) => {
    if (!drag) return;
    drag.end = position(event);
    draw();
  });
  const finish = (event) => {
    if (!drag) return;
    const [a, b] = [timeOf(Math.min(drag.start, drag.end)), timeOf(Math.max(drag.start, drag.end))];
    const wide = Math.abs(drag.end - drag.start) > 6;
    drag = null;
    draw();
    if (wide && event.type === 'pointerup') listener.onRange(Math.floor(a), Math.ceil(b));
  };
  svg.addEventListener('pointerup', finish);
  svg.addEventListener('pointercancel', finish);
  new ResizeObserver(() => state && draw()).observe(svg);

  return {
    /** @param {{from, until, step, all: {time, cores}[], chosen: {time, cores}[]|null}} next milliseconds and CPUs,
     * cores being null where nobody looked */
    show(next) {
      state = next;
      draw();
    },
  };
}
