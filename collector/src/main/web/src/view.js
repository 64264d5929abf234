// Flame graph, table, search and legend: the part that both pages share.
import { changeColour, isDark, kindColour, kindTitle } from './colours.js';
import { flameView } from './flame.js';
import { percent } from './format.js';
import { tableView } from './table.js';
import { kindsOf, matcher } from './tree.js';

const MARKUP = `
<div class="toolbar">
  <div class="search"><input type="search" id="search" placeholder="Search functions   ( / )" title="Text or regular expression" aria-label="Search functions" autocomplete="off" spellcheck="false"><output id="matched" class="matched"></output></div>
  <div class="segments" role="group" aria-label="Shown">
    <button type="button" data-show="both">Both</button><button type="button" data-show="flame">Flame graph</button><button type="button" data-show="table">Table</button>
  </div>
  <button type="button" id="direction" title="Root on top (icicle) or at the bottom (flame)">Icicle</button>
  <button type="button" id="reset" disabled>Reset zoom</button>
</div>
<div class="panes">
  <section class="card flame-pane" aria-label="Flame graph"><div id="legend" class="legend"></div><div id="flame" class="flame"></div></section>
  <section class="card table-pane" aria-label="Functions"><div id="table" class="table"></div></section>
</div>
<div id="empty" class="card empty" hidden></div>`;

/**
 * @param {HTMLElement} host
 * @param {{show, direction, search}} settings how it starts
 * @param {{onSettings(settings), onZoom(zoomed)}} listener
 */
export function profileView(host, settings, listener) {
  host.innerHTML = MARKUP;
  const find = (selector) => host.querySelector(selector);
  let root = null;
  let zoomed = null;

  const table = tableView(find('#table'), {
    onPick(name) {
      if (name === null) flame.search(settings.search);
      else flame.mark(name);
    },
  });
  const flame = flameView(find('#flame'), {
    onZoom(node) {
      zoomed = node;
      find('#reset').disabled = node === null;
      table.show(node === null ? root : { ...node, name: 'zoomed', children: [node], base: root.base === undefined ? undefined : (node.base ?? 0) });
      listener.onZoom(node !== null);
    },
    onSearch(sum, total) {
      find('#matched').textContent = total > 0 ? `${percent(sum, total)} matched` : '';
    },
  });

  function applySettings() {
    host.dataset.show = settings.show;
    for (const button of host.querySelectorAll('[data-show]:is(button)')) {
      button.setAttribute('aria-pressed', String(button.dataset.show === settings.show));
    }
    const icicle = settings.direction !== 'flame';
    find('#direction').textContent = icicle ? 'Icicle' : 'Flame';
    flame.setInverted(icicle);
    listener.onSettings(settings);
  }

  function applySearch() {
    const term = settings.search;
    table.filter(term === '' ? null : matcher(term));
    flame.search(term);
    listener.onSettings(settings);
  }

  function legend() {
    const swatch = (colour, text) => {
      const item = document.createElement('span');
      const dot = document.createElement('i');
      dot.className = 'dot';
      dot.style.background = colour;
      item.append(dot, text);
      return item;
    };
    const items =
      root.base === undefined
        ? kindsOf(root).slice(0, 10).map((kind) => swatch(kindColour(kind, isDark()), kindTitle(kind)))
        : [swatch(changeColour(1, isDark()), 'larger share than before'), swatch(changeColour(-1, isDark()), 'smaller'), swatch(changeColour(0, isDark()), 'same')];
    find('#legend').replaceChildren(...items);
  }

  const search = find('#search');
  search.value = settings.search;
  search.addEventListener('input', () => {
    settings.search = search.value;
    applySearch();
  });
  for (const button of host.querySelectorAll('button[data-show]')) {
    button.addEventListener('click', () => {
      settings.show = button.dataset.show;
      applySettings();
    });
  }
  find('#direction').addEventListener('click', () => {
    settings.direction = settings.direction === 'flame' ? 'icicle' : 'flame';
    applySettings();
  });
  find('#reset').addEventListener('click', () => flame.resetZoom());
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') flame.resetZoom();
    if (event.key === '/' && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? '')) {
      event.preventDefault();
      search.focus();
    }
  });
  function empty(title, text) {
    root = null;
    find('.panes').hidden = true;
    const heading = document.createElement('h2');
    heading.textContent = title;
    const paragraph = document.createElement('p');
    paragraph.textContent = text;
    find('#empty').replaceChildren(heading, paragraph);
    find('#empty').hidden = false;
  }

  applySettings();
  applySearch();
  empty('Loading', 'Asking for profiles.');

  return {
    /** Whether what is shown is no longer what was asked for. */
    busy(now) {
      host.setAttribute('aria-busy', String(now));
    },
    show(tree) {
      root = tree;
      find('#empty').hidden = true;
      find('.panes').hidden = false;
      legend();
      if (zoomed !== null) {
        zoomed = null;
        find('#reset').disabled = true;
        listener.onZoom(false);
      }
      table.show(tree);
      flame.show(tree);
    },
    /** Says why there is nothing to show. */
    empty,
    applySearch,
    recolour() {
      if (!root) return;
      legend();
      flame.recolour();
      table.redraw();
    },
  };
}
