// The flame graph: d3-flame-graph with our colours, tooltip and keys.
import flamegraph from 'd3-flame-graph';
import { select } from 'd3-selection';
import { changeColour, frameColour, isDark, kindTitle } from './colours.js';
import { cpuTime, percent } from './format.js';
import { changeOf, isCut, matcher, nameOf, selfOf } from './tree.js';

const CELL = 19;
const ZOOM_MILLIS = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 220;

/**
 * @param {HTMLElement} host where the graph goes
 * @param {{onZoom(node|null), onSearch(matchedValue, total)}} listener
 */
export function flameView(host, listener) {
  let chart = null;
  let root = null;
  let zoomed = null;
  let inverted = true;
  let match = () => false;
  let term = '';
  const tip = tooltip(() => root);

  const colour = (d) => {
    if (d.highlight) return isDark() ? '#e879f9' : '#d946ef';
    const { name, kind = '' } = d.data;
    return root.base === undefined ? frameColour(name, kind, isDark()) : changeColour(changeOf(d.data, root), isDark());
  };

  function build() {
    const focused = focusedPath();
    tip.hide();
    host.replaceChildren();
    chart = flamegraph()
      .width(Math.max(200, host.clientWidth))
      .cellHeight(CELL)
      .minFrameSize(0.8)
      .minHeight(CELL * 4)
      .resetHeightOnZoom(true)
      .inverted(inverted)
      .sort(true)
      .transitionDuration(0)
      .tooltip(tip)
      .setSearchMatch((d) => d.parent && !isCut(d.data) && match(d.data.name))
      .setSearchHandler((results, sum, total) => listener.onSearch(sum, total))
      .onClick(clicked)
      .setLabelHandler((d) => nameOf(d.data));
    chart.setColorMapper(colour);
    clean(root);
    select(host).datum(root).call(chart);
    zoomed = null;
    chart.transitionDuration(ZOOM_MILLIS);
    decorate();
    search(term, match);
    if (focused) focus(nodeAt(focused));
  }

  /** Where the keyboard is: from the root, since every drawing has new nodes. */
  function focusedPath() {
    const g = document.activeElement?.closest?.('g.frame');
    return g && host.contains(g) ? select(g).datum().ancestors().reverse().slice(1).map((d) => keyOf(d.data)) : null;
  }

  /** The node of a path, or as near to it as there is one. */
  function nodeAt(path) {
    let node = select(host).select('g.frame').datum();
    while (node.parent) node = node.parent;
    for (const key of path) {
      const next = node.children?.find((d) => keyOf(d.data) === key);
      if (!next || !elementOf(next)) break;
      node = next;
    }
    return node;
  }

  const elementOf = (d) => select(host).selectAll('g.frame').filter((other) => other === d).node();

  function focus(d) {
    const target = elementOf(d);
    if (!target) return;
    host.querySelector('g.frame[tabindex="0"]')?.setAttribute('tabindex', '-1');
    target.setAttribute('tabindex', '0');
    target.focus({ preventScroll: true });
  }

  function clicked(d) {
    zoomed = d.parent ? d.data : null;
    decorate();
    listener.onZoom(zoomed);
  }

  /** Makes frames reachable by keys and readable to screen readers. */
  function decorate() {
    select(host).select('svg').attr('role', 'group').attr('aria-label', 'Flame graph; arrow keys move, Enter zooms, Escape resets');
    select(host)
      .selectAll('g.frame')
      .attr('tabindex', (d) => (d.parent ? -1 : 0))
      .attr('role', 'button')
      .attr('data-kind', (d) => d.data.kind ?? '')
      .attr('aria-label', (d) => `${nameOf(d.data)}, ${percent(d.data.value, root.value)}, ${cpuTime(d.data.value)}`)
      .classed('cut', (d) => isCut(d.data))
      .classed('match', (d) => d.highlight);
  }

  function search(newTerm, newMatch) {
    term = newTerm;
    match = newMatch;
    if (!chart) return;
    const svg = select(host).select('svg');
    svg.classed('searching', term !== '');
    if (term === '') {
      chart.clear();
      listener.onSearch(0, 0);
    } else {
      chart.search(term);
    }
    decorate();
  }

  host.addEventListener('keydown', (event) => {
    const g = event.target.closest?.('g.frame');
    if (!g) return;
    const here = select(g).datum();
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      chart.zoomTo(here);
      return;
    }
    const next = neighbour(here, event.key, inverted);
    if (!next) return;
    event.preventDefault();
    focus(next);
    document.activeElement.scrollIntoView({ block: 'nearest' });
  });

  let seenWidth = 0;
  new ResizeObserver(() => {
    if (!root || Math.abs(host.clientWidth - seenWidth) < 4) return;
    seenWidth = host.clientWidth;
    chart.width(Math.max(200, seenWidth)).transitionDuration(0).update();
    chart.transitionDuration(ZOOM_MILLIS);
    decorate();
  }).observe(host);

  return {
    show(tree) {
      root = tree;
      seenWidth = host.clientWidth;
      build();
    },
    recolour() {
      if (root && chart) chart.update();
    },
    setInverted(value) {
      if (inverted === value) return;
      inverted = value;
      if (root) build();
    },
    search: (text) => search(text, matcher(text)),
    mark: (name) => search(name, (other) => other === name),
    resetZoom() {
      if (chart && zoomed) chart.resetZoom();
    },
  };
}

const keyOf = (node) => `${node.kind ?? ''}\n${node.name}`;

/** Marks that the library left on nodes of an earlier drawing. */
function clean(root) {
  const todo = [root];
  while (todo.length > 0) {
    const node = todo.pop();
    delete node.hide;
    delete node.fade;
    if (node.children) todo.push(...node.children);
  }
}

function neighbour(d, key, inverted) {
  const down = inverted ? 'ArrowDown' : 'ArrowUp';
  const up = inverted ? 'ArrowUp' : 'ArrowDown';
  if (key === up) return d.parent;
  if (key === down) return d.children?.reduce((a, b) => (b.value > a.value ? b : a));
  const sideways = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
  if (sideways === 0 || !d.parent) return null;
  return d.parent.children[d.parent.children.indexOf(d) + sideways];
}

function tooltip(rootOf) {
  const box = document.createElement('div');
  box.className = 'tip';
  box.hidden = true;
  document.body.append(box);
  const line = (className, text) => {
    const div = document.createElement('div');
    div.className = className;
    div.textContent = text;
    return div;
  };
  const tip = () => {};
  tip.show = (event, d) => {
    const root = rootOf();
    const node = d.data;
    const lines = [
      line('tip-name', nameOf(node)),
      line('tip-value', `total ${percent(node.value, root.value)} · ${cpuTime(node.value)}`),
      line('tip-value', `self ${percent(selfOf(node), root.value)} · ${cpuTime(selfOf(node))}`),
    ];
    if (root.base !== undefined) lines.push(line('tip-value', `before ${percent(node.base ?? 0, root.base)} · ${cpuTime(node.base ?? 0)}`));
    if (d.parent && !isCut(node)) lines.push(line('tip-kind', kindTitle(node.kind ?? '')));
    box.replaceChildren(...lines);
    box.hidden = false;
    const { clientX: x, clientY: y } = event;
    box.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - box.offsetWidth - 8))}px`;
    box.style.top = `${y + 18 + box.offsetHeight > innerHeight ? Math.max(4, y - box.offsetHeight - 10) : y + 18}px`;
  };
  tip.hide = () => {
    box.hidden = true;
  };
  tip.destroy = tip.hide;
  return tip;
}
