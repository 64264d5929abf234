// The page of the daemon: what this machine's CPUs do, live.
import './style.css';
import { ApiError, callTree, labelNames, labelValues, selectSeries, setToken, status } from './api.js';
import { themeButton } from './colours.js';
import { clock, cores, cpuTime, dateAndClock, localField, percent, timeSpan } from './format.js';
import { CPU, isLive, millis, readState, selector, writeState } from './permalink.js';
import { average, coresOverTime } from './series.js';
import { stripView } from './strip.js';
import { profileView } from './view.js';

const REFRESH_MILLIS = 5000;
const MAX_NODES = 32768;
const MAX_SERVICES = 40;
const HOUR = 3600e3;

const byId = (id) => document.getElementById(id);
let state = readState();
let paused = false;
let zoomed = false;
let lastGood = 0;
let timer = 0;
let running = null;
let shownSpan = null;
let shownNewest = -1;

const view = profileView(byId('view'), state, {
  onSettings: () => writeState(state),
  onZoom(now) {
    zoomed = now;
    drawLive();
    if (!now) schedule();
  },
});
const strip = stripView(byId('strip'), {
  onRange(from, until) {
    Object.assign(state, { from: String(from), until: String(until) });
    changed();
  },
});

/** Times of this refresh, widened to whole steps so that bars do not shimmer from one refresh to the next. */
function span(windowSeconds) {
  const now = Date.now();
  const from = millis(state.from, now);
  const until = Math.max(from + 1000, millis(state.until, now));
  // A step shorter than a window would only repeat it.
  const step = Math.max(1, Math.ceil((until - from) / 1000 / 180 / windowSeconds)) * windowSeconds * 1000;
  const end = Math.ceil(until / step) * step;
  // The daemon answers for at most a day.
  return { from: Math.max(Math.floor(from / step) * step, end - Math.floor((24 * HOUR) / step) * step), until: end, step };
}

function baseline(at) {
  const length = at.until - at.from;
  if (state.compare === 'previous') return { start: at.from - length, end: at.from };
  if (state.compare === 'hour') return { start: at.from - HOUR, end: at.until - HOUR };
  return undefined;
}

async function refresh() {
  clearTimeout(timer);
  running?.abort();
  const mine = (running = new AbortController());
  try {
    const about = await status(mine.signal);
    byId('node').textContent = about.node;
    document.title = `${state.service || about.node || 'this machine'} - Nodeflame`;
    if (about.newestMillis > 0 && about.newestMillis === shownNewest) {
      byId('banner').hidden = true;
      return;
    }
    const at = span(about.windowSeconds);
    const range = { start: String(at.from), end: String(at.until) };
    // One after the other: the daemon answers one query at a time and lets few wait.
    const answer = await callTree({ profileTypeID: CPU, labelSelector: selector(state), start: at.from, end: at.until, maxNodes: MAX_NODES, baseline: baseline(at) }, mine.signal);
    const series = await selectSeries({ profileTypeID: CPU, labelSelector: selector(state, false), ...range, groupBy: ['service_name'], step: at.step / 1000 }, mine.signal);
    await fillFilterNames(range, mine.signal);
    lastGood = Date.now();
    shownSpan = at;
    byId('banner').hidden = true;
    byId('token').hidden = true;
    shownNewest = isLive(state) ? about.newestMillis : -1;
    drawSeries(series, at, answer);
    drawTree(answer, about);
  } catch (error) {
    if (error.name === 'AbortError') return;
    drawProblem(error);
  } finally {
    if (running === mine) {
      view.busy(false);
      running = null;
      schedule();
    }
  }
}

function schedule() {
  clearTimeout(timer);
  if (isLive(state) && !paused && !zoomed && running === null) timer = setTimeout(refresh, REFRESH_MILLIS);
}

function drawTree(answer, about) {
  if (answer.tree.value > 0 || answer.tree.base > 0) {
    view.show(answer.tree);
    return;
  }
  if (!about.ready) view.empty('Not sampling yet', about.reason || 'The daemon is starting.');
  else if (state.service || state.filters.length > 0) view.empty('No samples match', 'Nothing with these labels ran in this time range. Take a filter away or choose a longer range.');
  else if (about.firstProfileSeconds > 0) view.empty('No samples yet', `The daemon has just started: the first profile comes in about ${about.firstProfileSeconds} s.`);
  else view.empty('No samples in this range', `Profiles come every ${about.windowSeconds} s and are kept for ${cpuAge(about.retentionSeconds)}.`);
}

const cpuAge = (seconds) => (seconds >= 7200 ? `${Math.round(seconds / 3600)} hours` : `${Math.round(seconds / 60)} minutes`);

function drawSeries(series, at, answer) {
  const totals = new Map();
  const all = new Map();
  const chosen = new Map();
  for (const one of series) {
    const service = one.labels?.find((l) => l.name === 'service_name')?.value ?? '';
    for (const point of one.points ?? []) {
      const time = Number(point.timestamp);
      const value = Number(point.value ?? 0);
      totals.set(service, (totals.get(service) ?? 0) + value);
      all.set(time, (all.get(time) ?? 0) + value);
      if (service === state.service) chosen.set(time, (chosen.get(time) ?? 0) + value);
    }
  }
  const points = (map) => coresOverTime(map, at, answer.covered);
  strip.show({ ...at, all: points(all), chosen: state.service ? points(chosen) : null });
  const { cores: mean, millis: looked } = average(state.service ? chosen : all, at, answer.covered);
  byId('cpu-now').textContent = looked > 0 ? `${cores(mean)} cores on average over ${timeSpan(looked)} of profiles · ${cpuTime(answer.tree.value)} of CPU time` : '';
  byId('span').textContent = isLive(state) ? `last ${state.from.slice(4)} · as of ${clock(lastGood)}` : `${dateAndClock(at.from)} - ${dateAndClock(at.until)}`;
  drawServices(totals);
}

function drawServices(totals) {
  if (state.service && !totals.has(state.service)) totals.set(state.service, 0);
  const whole = [...totals.values()].reduce((a, b) => a + b, 0);
  const sorted = [...totals].sort((a, b) => b[1] - a[1]);
  const items = [serviceItem('', 'All services', whole, whole)];
  for (const [name, value] of sorted.slice(0, MAX_SERVICES)) items.push(serviceItem(name, name, value, whole));
  if (sorted.length > MAX_SERVICES) {
    const rest = document.createElement('li');
    rest.className = 'dim more';
    rest.textContent = `and ${sorted.length - MAX_SERVICES} smaller ones`;
    items.push(rest);
  }
  const focused = document.activeElement?.dataset?.service;
  byId('services').replaceChildren(...items);
  if (focused !== undefined) byId('services').querySelector(`[data-service="${CSS.escape(focused)}"]`)?.focus();
}

function serviceItem(name, title, value, whole) {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.dataset.service = name;
  button.setAttribute('aria-pressed', String(state.service === name));
  button.style.setProperty('--share', `${whole > 0 ? (100 * value) / whole : 0}%`);
  const label = document.createElement('bdi');
  label.textContent = title;
  label.title = title;
  const share = document.createElement('span');
  share.textContent = percent(value, whole);
  button.append(label, share);
  button.addEventListener('click', () => {
    state.service = name;
    changed();
  });
  item.append(button);
  return item;
}

function drawProblem(error) {
  if (error instanceof ApiError && error.status === 401) {
    byId('token').hidden = false;
    byId('banner').hidden = true;
    return;
  }
  const gone = !(error instanceof ApiError) || error.status === 0;
  const since = lastGood > 0 ? ` What you see is from ${clock(lastGood)}.` : '';
  byId('banner').textContent = gone ? `The daemon does not answer; trying again every ${REFRESH_MILLIS / 1000} s.${since}` : `The query failed: ${error.message}.${since}`;
  byId('banner').hidden = false;
  if (lastGood === 0) view.empty('Nothing to show', gone ? 'Is nodeflame running?' : error.message);
}

function drawLive() {
  const button = byId('live');
  const on = isLive(state) && !paused && !zoomed;
  button.setAttribute('aria-pressed', String(on));
  button.textContent = on ? 'Live' : !isLive(state) ? 'Go live' : zoomed ? 'Paused (zoomed)' : 'Paused';
}

function drawControls() {
  for (const button of byId('ranges').querySelectorAll('button')) {
    const own = button.dataset.range === 'custom' ? !isLive(state) : isLive(state) && state.from === `now-${button.dataset.range}`;
    button.setAttribute('aria-pressed', String(own));
  }
  byId('compare').value = state.compare;
  drawLive();
  byId('filters').replaceChildren(
    ...state.filters.map((filter) => {
      const item = document.createElement('li');
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = `${filter.name} = ${filter.value}`;
      button.title = 'Take this filter away';
      button.addEventListener('click', () => {
        state.filters = state.filters.filter((other) => other !== filter);
        changed();
      });
      item.append(button);
      return item;
    }),
  );
}

function changed() {
  shownNewest = -1;
  writeState(state);
  drawControls();
  view.busy(true);
  refresh();
}

function options(select, title, values) {
  const kept = select.value;
  const first = new Option(title, '');
  select.replaceChildren(first, ...values.map((value) => new Option(value, value)));
  if (values.includes(kept)) select.value = kept;
}

async function fillFilterNames(range, signal) {
  const select = byId('filter-name');
  if (document.activeElement === select) return;
  const names = await labelNames({ matchers: [selector(state)], ...range }, signal);
  options(select, 'label', names.filter((name) => !name.startsWith('__') && name !== 'service_name'));
}

byId('filter-name').addEventListener('change', async () => {
  const values = byId('filter-value');
  values.disabled = true;
  options(values, 'value', []);
  const name = byId('filter-name').value;
  if (!name || !shownSpan) return;
  try {
    const body = { name, matchers: [selector(state)], start: String(shownSpan.from), end: String(shownSpan.until) };
    options(values, 'value', (await labelValues(body)).slice(0, 500));
    values.disabled = false;
  } catch (error) {
    drawProblem(error);
  }
});

byId('filter-value').addEventListener('change', () => {
  const [name, value] = [byId('filter-name').value, byId('filter-value').value];
  if (!name || !value || state.filters.length >= 10) return;
  state.filters = [...state.filters.filter((f) => f.name !== name), { name, value }];
  byId('filter-name').value = '';
  options(byId('filter-value'), 'value', []);
  byId('filter-value').disabled = true;
  changed();
});

byId('ranges').addEventListener('click', (event) => {
  const range = event.target.dataset?.range;
  if (!range) return;
  const form = byId('custom');
  const open = range === 'custom' && form.hidden;
  form.hidden = !open;
  event.currentTarget.querySelector('[data-range=custom]').setAttribute('aria-expanded', String(open));
  if (range === 'custom') {
    if (open) {
      form.elements.from.value = localField(millis(state.from, Date.now()));
      form.elements.until.value = localField(millis(state.until, Date.now()));
      form.elements.from.focus();
    }
    return;
  }
  Object.assign(state, { from: `now-${range}`, until: 'now' });
  paused = false;
  changed();
});

byId('custom').addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const from = new Date(form.elements.from.value).getTime();
  const until = new Date(form.elements.until.value).getTime();
  const problem = !(from < until) ? 'The begin must be before the end.' : until - from > 24 * HOUR ? 'At most 24 hours.' : '';
  byId('custom-problem').textContent = problem;
  if (problem) return;
  form.hidden = true;
  Object.assign(state, { from: String(from), until: String(until) });
  changed();
});

byId('compare').addEventListener('change', () => {
  state.compare = byId('compare').value;
  changed();
});

byId('live').addEventListener('click', () => {
  if (!isLive(state)) {
    Object.assign(state, { from: 'now-5m', until: 'now' });
    paused = false;
  } else if (zoomed) {
    paused = false;
    byId('reset').click();
  } else {
    paused = !paused;
  }
  if (paused) {
    clearTimeout(timer);
    drawLive();
  } else {
    changed();
  }
});

byId('token').addEventListener('submit', (event) => {
  event.preventDefault();
  setToken(event.currentTarget.elements.token.value);
  event.currentTarget.reset();
  shownNewest = -1;
  refresh();
});

addEventListener('hashchange', () => {
  const next = readState();
  Object.assign(state, next);
  byId('search').value = state.search;
  view.applySearch();
  changed();
});

themeButton(byId('theme'), () => view.recolour());
drawControls();
refresh();
