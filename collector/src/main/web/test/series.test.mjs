import assert from 'node:assert/strict';
import { test } from 'node:test';
import { average, coresOverTime, coveredMillis, pieces } from '../src/series.js';

const at = { from: 0, until: 40_000, step: 10_000 };
const nanos = (points) => new Map(Object.entries(points).map(([time, cores]) => [Number(time), cores * 10e9]));

test('the average is over the covered time alone', () => {
  assert.deepEqual(average(nanos({ 10000: 2, 20000: 2 }), at, [[0, 20_000]]), { cores: 2, millis: 20_000 });
});
test('a gap between covered times does not count', () => {
  assert.deepEqual(average(nanos({ 10000: 1, 40000: 3 }), at, [[0, 10_000], [30_000, 40_000]]), { cores: 2, millis: 20_000 });
});
test('covered time outside of the range does not count', () => {
  assert.equal(coveredMillis([[-5_000, 1_000], [39_000, 99_000]], at.from, at.until), 2_000);
});
test('an idle service was looked at', () => assert.deepEqual(average(new Map(), at, [[0, 40_000]]), { cores: 0, millis: 40_000 }));
test('nothing covered is no average', () => assert.deepEqual(average(new Map(), at, []), { cores: 0, millis: 0 }));
test('profiles that do not say how long they took count for the whole range', () => {
  assert.deepEqual(average(nanos({ 10000: 4 }), at, []), { cores: 1, millis: 40_000 });
});
test('a step that is covered in part is no dip', () => {
  const half = new Map([[10_000, 20e9], [20_000, 10e9]]);
  assert.deepEqual(coresOverTime(half, at, [[0, 15_000]]).map((p) => p.cores), [2, 2, null, null]);
});
test('an idle step is zero and an uncovered one is a gap', () => {
  const points = coresOverTime(nanos({ 10000: 1, 40000: 1 }), at, [[0, 20_000], [30_000, 40_000]]);
  assert.deepEqual(points.map((p) => p.cores), [1, 0, null, 1]);
  assert.deepEqual(pieces(points).map((piece) => piece.map((p) => p.time)), [[10_000, 20_000], [40_000]]);
});
