import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeOf, cutOf, functionTable, kindsOf, matcher, nameOf, selfOf } from '../src/tree.js';

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

const cutTree = {
  name: 'total', kind: '', value: 100,
  children: [
    { name: 'main', kind: 'native', value: 60, children: [leaf('other', 20), { name: 'other', kind: '', value: 30, cut: 41 }] },
    { name: 'other', kind: '', value: 40, cut: 1 },
  ],
};
test('what was cut off is no function', () => {
  assert.deepEqual(functionTable(cutTree).map((r) => [r.name, r.kind, r.self, r.total]).sort(), [['main', 'native', 10, 60], ['other', 'native', 20, 20]]);
  assert.deepEqual(kindsOf(cutTree), ['native']);
});
test('what was cut off is counted together', () => {
  assert.deepEqual(cutOf(cutTree), { count: 42, value: 70, base: 0 });
  assert.equal(cutOf(tree), null);
});
test('what was cut off says what it is, and a function of that name keeps it', () => {
  const [main, cut] = cutTree.children;
  assert.equal(nameOf(cut), '(other: 1 frame too small to show)');
  assert.equal(nameOf(main.children[1]), '(other: 41 frames too small to show)');
  assert.equal(nameOf(main.children[0]), 'other');
});
