// The state of the page in the URL's hash, so that a link shows the same thing again.

export const CPU = 'process_cpu:cpu:nanoseconds:cpu:nanoseconds';

const UNITS = { s: 1e3, m: 60e3, h: 3600e3, d: 86400e3 };

const DEFAULTS = { from: 'now-5m', until: 'now', service: '', compare: '', show: 'both', direction: 'icicle', search: '' };

export function readState() {
  const params = new URLSearchParams(location.hash.slice(1));
  const state = { ...DEFAULTS };
  for (const key of Object.keys(DEFAULTS)) if (params.has(key)) state[key] = params.get(key);
  if (millis(state.from, 0) === null || millis(state.until, 0) === null) Object.assign(state, { from: DEFAULTS.from, until: DEFAULTS.until });
  if (!['both', 'flame', 'table'].includes(state.show)) state.show = DEFAULTS.show;
  state.filters = params
    .getAll('label')
    .map((text) => text.split(/=(.*)/s))
    .filter(([name, value]) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) && value)
    .slice(0, 10)
    .map(([name, value]) => ({ name, value }));
  return state;
}

export function writeState(state) {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(DEFAULTS)) if (state[key] !== value) params.set(key, state[key]);
  for (const { name, value } of state.filters) params.append('label', `${name}=${value}`);
  const hash = params.toString();
  history.replaceState(null, '', hash ? `#${hash}` : location.pathname);
}

/** `now`, `now-5m`, or milliseconds since 1970; null for anything else. */
export function millis(text, now) {
  if (text === 'now') return now;
  const relative = /^now-(\d{1,6})([smhd])$/.exec(text);
  if (relative) return now - Number(relative[1]) * UNITS[relative[2]];
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

export const isLive = (state) => state.until === 'now';

export function selector(state, withService = true) {
  const quote = (value) => `"${value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
  const parts = state.filters.map(({ name, value }) => `${name}=${quote(value)}`);
  if (withService && state.service) parts.unshift(`service_name=${quote(state.service)}`);
  return `{${parts.join(',')}}`;
}
