// Spends its time in tick -> work -> leaf; chain.js MILLIS ends it by CPU time.
'use strict';
let sink = 0;

function leaf(n) {
  let x = n;
  for (let i = 0; i < 2000; i++) x = (Math.imul(x, 1103515245) + 12345) | 0;
  return x;
}

function work(n) {
  let x = n;
  for (let i = 0; i < 50; i++) x ^= leaf(x + i);
  return x;
}

function tick() {
  for (let i = 0; i < 10; i++) sink ^= work(sink + i);
  setImmediate(tick);
}

tick();
