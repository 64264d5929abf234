import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuTime, percent, timeSpan } from '../src/format.js';

test('spans of time', () => {
  const spans = [400, 12_000, 60_000, 275_000, 3_600_000, 7_380_000];
  assert.deepEqual(spans.map(timeSpan), ['0 s', '12 s', '1 min', '4 min 35 s', '1 h', '2 h 3 min']);
});
test('CPU time has a unit', () => assert.deepEqual([0, 52_000_000, 999_900_000, 2.5e9, 150e9].map(cpuTime), ['0 s', '52 ms', '1.00 s', '2.50 s', '2.5 min']));
test('a share that is not nothing is not 0 %', () => assert.deepEqual([percent(0, 5), percent(1, 1e6), percent(5, 5)], ['0 %', '<0.1 %', '100 %']));
