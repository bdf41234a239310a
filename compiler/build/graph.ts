/** A directed graph: the targets of each node. Every node has an entry. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/**
 * Returns the nodes to which no other node leads, except nodes of a cycle that contains them. The cost is
 * linear in nodes and edges, and deep graphs need no deep stack.
 */
export function sourcesOf(graph: Graph): ReadonlySet<string> {
  const cycles = cyclesOf(graph);
  const reached = new Set<string | undefined>();
  for (const [node, targets] of graph) {
    for (const target of targets) {
      if (cycles.get(target) !== cycles.get(node)) reached.add(cycles.get(target));
    }
  }
  return new Set(graph.keys().filter((node) => !reached.has(cycles.get(node))));
}

/**
 * Returns for each node a representative of its strongly connected component. Kosaraju's algorithm collects
 * the components in the reversed graph, in reverse order of completion.
 */
function cyclesOf(graph: Graph): ReadonlyMap<string, string> {
  const reversed = reverse(graph);
  const cycles = new Map<string, string>();
  for (const start of completed(graph).toReversed()) {
    const waiting = [start];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (cycles.has(node)) continue;
      cycles.set(node, start);
      waiting.push(...(reversed.get(node) ?? []));
    }
  }
  return cycles;
}

function reverse(graph: Graph): Graph {
  const reversed = new Map<string, string[]>(graph.keys().map((node) => [node, []]));
  for (const [node, targets] of graph) {
    for (const target of targets) reversed.get(target)?.push(node);
  }
  return reversed;
}

/** Returns the nodes in the order in which a depth-first search completes them. */
function completed(graph: Graph): readonly string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  for (const start of graph.keys()) {
    const path = enter(start);
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const next = last.targets.next();
      if (next.done) order.push(...path.splice(-1).map(({ node }) => node));
      else path.push(...enter(next.value));
    }
  }
  return order;

  function enter(node: string) {
    const targets = graph.get(node);
    if (targets === undefined || seen.has(node)) return [];
    seen.add(node);
    return [{ node, targets: targets.values() }];
  }
}
