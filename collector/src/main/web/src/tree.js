// What the view asks of a call tree. A node: {name, kind, value, base?, children?}; value is nanoseconds
// with everything below; base is the same of the earlier time that it is compared with. A node with cut is
// no function: it stands for functions that were too small, and cut is how many they are at least.

export const childrenOf = (node) => node.children ?? [];

export const isCut = (node) => node.cut !== undefined;

/** What a node is called on the page. */
export const nameOf = (node) => (isCut(node) ? cutName(node.cut) : node.name);

export function cutName(count) {
  if (count < 1) return '(other: frames too small to show)';
  return count === 1 ? '(other: 1 frame too small to show)' : `(other: ${count} frames too small to show)`;
}

export function selfOf(node, key = 'value') {
  let self = node[key] ?? 0;
  for (const child of childrenOf(node)) self -= child[key] ?? 0;
  return Math.max(0, self);
}

/** How much a node's share grew: 1 new or doubled, -1 gone, 0 the same. */
export function changeOf(node, root) {
  const now = root.value > 0 ? node.value / root.value : 0;
  const before = root.base > 0 ? (node.base ?? 0) / root.base : 0;
  if (now === before) return 0;
  return before === 0 ? 1 : Math.max(-1, Math.min(1, (now - before) / before));
}

/**
 * One row per function: time in itself, and time with what it called, where a function that calls
 * itself is counted once.
 */
export function functionTable(root) {
  const rows = new Map();
  const onPath = new Map();
  // Explicit stack: a call chain may be deeper than the browser's.
  const todo = [{ node: root, leave: false }];
  while (todo.length > 0) {
    const { node, leave } = todo.pop();
    const key = `${node.kind ?? ''}\n${node.name}`;
    if (leave) {
      onPath.set(key, onPath.get(key) - 1);
      continue;
    }
    if ((node !== root || node.kind) && !isCut(node)) {
      let row = rows.get(key);
      if (!row) rows.set(key, (row = { name: node.name, kind: node.kind ?? '', self: 0, total: 0, base: 0 }));
      row.self += selfOf(node);
      if (!onPath.get(key)) {
        row.total += node.value;
        row.base += node.base ?? 0;
      }
    }
    onPath.set(key, (onPath.get(key) ?? 0) + 1);
    todo.push({ node, leave: true });
    for (const child of childrenOf(node)) todo.push({ node: child, leave: false });
  }
  return [...rows.values()];
}

/** What was cut off in the whole tree: {count, value, base}; null when nothing was. */
export function cutOf(root) {
  let sum = null;
  const todo = [root];
  while (todo.length > 0) {
    const node = todo.pop();
    if (isCut(node)) {
      sum ??= { count: 0, value: 0, base: 0 };
      sum.count += node.cut;
      sum.value += node.value;
      sum.base += node.base ?? 0;
    } else todo.push(...childrenOf(node));
  }
  return sum;
}

/** Kinds in the tree, the heaviest by own time first. */
export function kindsOf(root) {
  const weights = new Map();
  const todo = [root];
  while (todo.length > 0) {
    const node = todo.pop();
    if (node !== root && !isCut(node)) weights.set(node.kind ?? '', (weights.get(node.kind ?? '') ?? 0) + selfOf(node));
    todo.push(...childrenOf(node));
  }
  return [...weights].sort((a, b) => b[1] - a[1]).map(([kind]) => kind);
}

/** A matcher for the search field: a regular expression where it is one, else plain text; case does not count. */
export function matcher(term) {
  if (!term) return () => false;
  try {
    const expression = new RegExp(term, 'i');
    return (name) => expression.test(name);
  } catch {
    const plain = term.toLowerCase();
    return (name) => name.toLowerCase().includes(plain);
  }
}
