import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeOf, functionTable, kindsOf, matcher, selfOf } from '../src/tree.js';

const leaf = (name, value, kind = 'native') => ({ name, kind, value });
const tree = {
  name: 'total', kind: '', value: 100, base: 200,
  children: [
    { name: 'main', kind: 'native', value: 90, base: 120, children: [
      { name: 'walk', kind: 'native', value: 60, children: [{ name: 'walk', kind: 'native', value: 40, children: [leaf('read', 10, 'kernel')] }] },
      leaf('read', 5, 'kernel'),
    ] },
    leaf('idle', 10, 'kernel'),
  ],
};
const row = (name) => functionTable(tree).find((r) => r.name === name);

test('a recursive function is counted once in its total', () => {
  assert.deepEqual([row('walk').self, row('walk').total], [50, 60]);
});
test('self times add up to the total', () => {
  assert.equal(functionTable(tree).reduce((sum, r) => sum + r.self, 0), 100);
});
test('the same function at two places is one row', () => {
  assert.deepEqual([row('read').self, row('read').total], [15, 15]);
});
test('own time is what the children leave', () => assert.equal(selfOf(tree.children[0]), 25));
test('change compares shares, not times', () => assert.equal(changeOf(tree.children[0], tree), (0.9 - 0.6) / 0.6));
test('what was not there before is new', () => assert.equal(changeOf(tree.children[1], tree), 1));
test('kinds by own time', () => assert.deepEqual(kindsOf(tree), ['native', 'kernel']));
test('a term that is no expression is plain text', () => {
  assert.ok(matcher('operator[')('std::operator[]'));
  assert.ok(matcher('^READ$')('read'));
  assert.ok(!matcher('')('anything'));
});
