// CPU over time, from the points of the query API and the times that profiles cover.

/** How much of a range is covered, in milliseconds; covered: [[from, until], ...], apart from each other. */
export function coveredMillis(covered, from, until) {
  let sum = 0;
  for (const [a, b] of covered) sum += Math.max(0, Math.min(b, until) - Math.max(a, from));
  return sum;
}

/**
 * CPUs in use, step by step: nanoseconds by the end of their step become cores over what of the step is
 * covered; null where nobody looked.
 */
export function coresOverTime(nanos, at, covered) {
  const points = [];
  for (let time = at.from + at.step; time <= at.until; time += at.step) {
    const value = nanos.get(time) ?? 0;
    // A profile that does not say how long it took counts for the whole step.
    const looked = coveredMillis(covered, time - at.step, time) || (value > 0 ? at.step : 0);
    points.push({ time, cores: looked > 0 ? value / (looked * 1e6) : null });
  }
  return points;
}

/** Cores on average while somebody looked, and how long that was. */
export function average(nanos, at, covered) {
  let sum = 0;
  for (const value of nanos.values()) sum += value;
  const looked = coveredMillis(covered, at.from, at.until) || (sum > 0 ? at.until - at.from : 0);
  return { cores: looked > 0 ? sum / (looked * 1e6) : 0, millis: looked };
}

/** Pieces of points without a gap. */
export function pieces(points) {
  const found = [];
  let piece = null;
  for (const point of points) {
    if (point.cores === null) piece = null;
    else if (piece) piece.push(point);
    else found.push((piece = [point]));
  }
  return found;
}
