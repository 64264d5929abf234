// Parses and prints JSON for ever.
'use strict';

function build(depth) {
  return depth === 0 ? { leaf: Math.random() } : { left: build(depth - 1), right: build(depth - 1) };
}

function sum(node) {
  return node.leaf !== undefined ? node.leaf : sum(node.left) + sum(node.right);
}

let total = 0;
for (;;) {
  total += sum(JSON.parse(JSON.stringify(build(8))));
}
