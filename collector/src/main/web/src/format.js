// Numbers and times as people read them.

/** CPU time, given in nanoseconds. */
export function cpuTime(nanos) {
  const seconds = nanos / 1e9;
  if (seconds >= 3600) return `${(seconds / 3600).toFixed(2)} h`;
  if (seconds >= 120) return `${(seconds / 60).toFixed(1)} min`;
  if (seconds >= 0.9995) return `${seconds.toFixed(2)} s`;
  if (seconds >= 0.001) return `${(seconds * 1e3).toFixed(seconds < 0.01 ? 2 : 0)} ms`;
  return nanos === 0 ? '0 s' : `${(seconds * 1e6).toFixed(0)} µs`;
}

export function percent(part, whole) {
  if (!(whole > 0)) return '0 %';
  const share = (100 * part) / whole;
  if (share === 0) return '0 %';
  if (share < 0.1) return '<0.1 %';
  return `${share.toFixed(share >= 99.95 ? 0 : 1)} %`;
}

/** CPUs in use, such as 0.42. */
export function cores(value) {
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** A span of time, such as 4 min 35 s. */
export function timeSpan(millis) {
  const seconds = Math.round(millis / 1000);
  const [large, small, units] = seconds >= 3600 ? [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), ['h', 'min']] : [Math.floor(seconds / 60), seconds % 60, ['min', 's']];
  if (large === 0) return `${small} ${units[1]}`;
  return small === 0 ? `${large} ${units[0]}` : `${large} ${units[0]} ${small} ${units[1]}`;
}

export function clock(millis) {
  return new Date(millis).toLocaleTimeString([], { hour12: false });
}

export function dateAndClock(millis) {
  return new Date(millis).toLocaleString([], { hour12: false });
}

/** Value of a datetime-local field, in the viewer's time zone. */
export function localField(millis) {
  const date = new Date(millis);
  return new Date(millis - date.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
}
