// What the view asks of a call tree. A node: {name, kind, value, base?, children?}; value is nanoseconds
// with everything below; base is the same of the earlier time that it is compared with.

export const childrenOf = (node) => node.children ?? [];

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
    if (node !== root || node.kind) {
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

/** Kinds in the tree, the heaviest by own time first. */
export function kindsOf(root) {
  const weights = new Map();
  const todo = [root];
  while (todo.length > 0) {
    const node = todo.pop();
    if (node !== root) weights.set(node.kind ?? '', (weights.get(node.kind ?? '') ?? 0) + selfOf(node));
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
