import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Graph, sourcesOf } from '#compiler/build/graph.ts';

describe('the sources of a graph', () => {
  const rows: readonly (readonly [
    title: string,
    graph: Record<string, string[]>,
    want: string[],
  ])[] = [
    [
      'the sources of a graph are the nodes without incoming edges',
      { a: ['b'], b: [], c: [] },
      ['a', 'c'],
    ],
    [
      'the sources include all nodes of a cycle without incoming edges',
      { a: ['b'], b: ['a', 'c'], c: [] },
      ['a', 'b'],
    ],
    [
      'the sources include no node of a cycle that another node leads to',
      { a: ['b'], b: ['c'], c: ['b'] },
      ['a'],
    ],
    ['the sources include a node that leads only to itself', { a: ['a'] }, ['a']],
    ['an edge to an unknown node does not affect the sources', { a: ['elsewhere'] }, ['a']],
  ];
  for (const [title, graph, want] of rows) {
    it(title, () => assert.deepEqual([...sourcesOf(new Map(Object.entries(graph)))], want));
  }

  it('finds exactly the nodes that reach every node that reaches them', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const graphs = fc.dictionary(name, fc.array(name, { maxLength: 3 }));
    fc.assert(
      fc.property(graphs, (entries) => {
        const graph: Graph = new Map(Object.entries(entries));
        const want = [...graph.keys()].filter((node) =>
          [...graph.keys()].every(
            (other) => !reaches(graph, other, node) || reaches(graph, node, other),
          ),
        );
        assert.deepEqual([...sourcesOf(graph)], want);
      }),
    );
  });

  it('finds the source of a chain of 100,000 nodes', () => {
    const chain = Array.from({ length: 100_000 }, (_, index): [string, string[]] => [
      `n${index}`,
      [`n${index + 1}`],
    ]);
    assert.deepEqual([...sourcesOf(new Map(chain))], ['n0']);
  });
});

function reaches(graph: Graph, from: string, to: string): boolean {
  const seen = new Set<string>();
  const waiting = [...(graph.get(from) ?? [])];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node) || !graph.has(node)) continue;
    seen.add(node);
    waiting.push(...(graph.get(node) ?? []));
  }
  return from === to || seen.has(to);
}
