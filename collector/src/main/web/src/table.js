// The table beside the flame graph: one row per function.
import { isDark, kindColour, kindTitle } from './colours.js';
import { cpuTime, percent } from './format.js';
import { cutName, cutOf, functionTable } from './tree.js';

const MAX_ROWS = 400;
const COLUMNS = [
  { key: 'name', title: 'Function' },
  { key: 'self', title: 'Self' },
  { key: 'total', title: 'Total' },
];

/** @param {{onPick(name|null)}} listener told which function is picked, null for none */
export function tableView(host, listener) {
  let rows = [];
  let root = null;
  let sortKey = 'self';
  let descending = true;
  let picked = null;
  let accepts = null;
  let cut = null;

  const table = document.createElement('table');
  const head = table.createTHead().insertRow();
  const body = table.createTBody();
  const more = document.createElement('p');
  more.className = 'dim more';
  for (const column of COLUMNS) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = column.title;
    button.addEventListener('click', () => {
      descending = sortKey === column.key ? !descending : column.key !== 'name';
      sortKey = column.key;
      draw();
    });
    cell.append(button);
    head.append(cell);
  }
  host.replaceChildren(table, more);

  function draw() {
    [...head.cells].forEach((cell, i) => {
      const active = COLUMNS[i].key === sortKey;
      cell.ariaSort = active ? (descending ? 'descending' : 'ascending') : 'none';
    });
    const sign = descending ? -1 : 1;
    const shown = rows
      .filter((row) => accepts === null || accepts(row.name))
      .sort((a, b) => sign * (sortKey === 'name' ? a.name.localeCompare(b.name) : a[sortKey] - b[sortKey]));
    const focused = body.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    body.replaceChildren(...shown.slice(0, MAX_ROWS).map(rowElement));
    if (shown.length === 0) body.append(noteElement(accepts === null ? 'No functions' : 'No function matches the search'));
    if (cut && accepts === null) body.append(cutElement());
    if (focused !== undefined) body.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    more.textContent = shown.length > MAX_ROWS ? `${shown.length - MAX_ROWS} more functions: search to find them` : '';
  }

  function rowElement(row) {
    const tr = document.createElement('tr');
    tr.className = row.name === picked ? 'picked' : '';
    const name = tr.insertCell();
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'function';
    button.title = row.name;
    button.dataset.key = `${row.kind} ${row.name}`;
    button.setAttribute('aria-pressed', String(row.name === picked));
    const dot = document.createElement('i');
    dot.className = 'dot';
    dot.style.background = kindColour(row.kind, isDark());
    dot.title = kindTitle(row.kind);
    const label = document.createElement('bdi');
    label.textContent = row.name;
    button.append(dot, label);
    name.append(button);
    for (const key of ['self', 'total']) tr.append(valueCell(row[key]));
    if (root.base !== undefined) tr.lastChild.append(changeElement(row));
    tr.addEventListener('click', () => {
      picked = picked === row.name ? null : row.name;
      listener.onPick(picked);
      draw();
    });
    return tr;
  }

  /** What has no rows: last, whatever the order, and nothing to pick. */
  function cutElement() {
    const tr = document.createElement('tr');
    tr.className = 'cut';
    tr.insertCell().textContent = cutName(cut.count);
    for (const value of [cut.value, cut.value]) tr.append(valueCell(value));
    return tr;
  }

  function noteElement(text) {
    const tr = document.createElement('tr');
    tr.className = 'cut';
    const cell = tr.insertCell();
    cell.colSpan = COLUMNS.length;
    cell.textContent = text;
    return tr;
  }

  function valueCell(value) {
    const cell = document.createElement('td');
    const share = document.createElement('b');
    share.textContent = percent(value, root.value);
    const time = document.createElement('span');
    time.textContent = cpuTime(value);
    cell.append(share, time);
    cell.style.setProperty('--share', String(root.value > 0 ? value / root.value : 0));
    return cell;
  }

  function changeElement(row) {
    const points = 100 * ((root.value > 0 ? row.total / root.value : 0) - (root.base > 0 ? row.base / root.base : 0));
    const element = document.createElement('em');
    element.className = points > 0.05 ? 'more-than' : points < -0.05 ? 'less-than' : 'same';
    element.textContent = `${points > 0 ? '+' : ''}${points.toFixed(1)} pts`;
    return element;
  }

  return {
    show(tree) {
      root = tree;
      rows = functionTable(tree);
      cut = cutOf(tree);
      draw();
    },
    /** @param {((name) => boolean)|null} match which functions to show, null for all */
    filter(match) {
      accepts = match;
      picked = null;
      if (root) draw();
    },
    unpick() {
      picked = null;
      if (root) draw();
    },
    redraw() {
      if (root) draw();
    },
  };
}
