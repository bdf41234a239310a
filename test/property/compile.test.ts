import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compile } from '#compiler/compile.ts';
import type { Memo } from '#compiler/memo.ts';
import { readFiles } from '#io/files/files.ts';
import type { FileMap } from '#model/files.ts';

const examples = join(import.meta.dirname, '../../examples');

for (const example of ['bookinfo', 'multi-region']) {
  describe(`the compile of ${example}`, () =>
    properties(readFiles(join(examples, example), ['.'])));
}

function properties(files: FileMap): void {
  it('does not depend on the order of files or of objects in a file', () => {
    const want = compile(files, new Map());
    const order = fc.shuffledSubarray([...files], { minLength: files.size });
    fc.assert(
      fc.property(order, fc.infiniteStream(fc.nat()), (shuffled, seeds) => {
        const mixed = shuffled.map(([file, text]) => [file, shuffle(String(text), seeds)] as const);
        assert.deepEqual(compile(new Map(mixed), new Map()), want);
      }),
      { numRuns: 30 },
    );
  });

  it('changes nothing when it compiles over its own output', () => {
    const { plan } = compile(files, new Map());
    const again = compile(files, plan.write);
    assert.deepEqual(again.plan, { write: new Map(), remove: [], unchanged: plan.write.size });
  });

  it('gives the same result with a memo of other sources', () => {
    const memo = new TextMemo();
    const { write } = compile(files, new Map(), { profile: 'regatta', memo }).plan;
    const previous = [new Map<string, string>(), write];
    for (const existing of previous) compile(files, existing, { profile: 'regatta', memo });
    for (const [file, text] of files) {
      const others = new Map([...files].filter(([name]) => name !== file));
      const renamed = new Map([...files, [file, String(text).replaceAll('reviews-v2', 'other')]]);
      for (const sources of [others, renamed, files]) {
        for (const existing of previous) {
          const remembering = compile(sources, existing, { profile: 'regatta', memo });
          assert.deepEqual(remembering, compile(sources, existing), file);
        }
      }
    }
  });

  it('changes no file of other apps when an app is added', () => {
    const before = compile(files, new Map()).plan.write;
    const names = fc.stringMatching(/^x[a-z0-9]{0,9}$/);
    const replicas = fc.nat(9);
    fc.assert(
      fc.property(names, names, replicas, (namespace, name, count) => {
        const app = appOf(namespace, name, count);
        const { plan } = compile(new Map([...files, ['templates/zz.yaml', app]]), before);
        const own = new RegExp(
          `^(bindings/${namespace}|rendered/[^/]+/${namespace}/[a-z.]+_${name})\\.yaml$`,
        );
        assert.deepEqual(
          [...plan.write.keys()].filter((path) => !own.test(path)),
          [],
        );
        assert.ok(plan.write.size > 1);
        assert.deepEqual(plan.remove, []);
      }),
      { numRuns: 20 },
    );
  });
}

/** Stores JSON texts, like the memo between two compiles. */
class TextMemo implements Memo {
  readonly #texts = new Map<string, string>();

  get(key: string): unknown {
    const text = this.#texts.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  has(key: string): boolean {
    return this.#texts.has(key);
  }

  set(key: string, value: unknown): void {
    this.#texts.set(key, JSON.stringify(value));
  }
}

/** Returns objects in a namespace of their own, and a policy that divides their replicas. */
function appOf(namespace: string, name: string, replicas: number): string {
  const metadata = `metadata: {name: ${name}, namespace: ${namespace}}`;
  return `apiVersion: v1
kind: ConfigMap
${metadata}
---
apiVersion: apps/v1
kind: Deployment
${metadata}
spec: {replicas: ${replicas}}
---
apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
${metadata}
spec:
  resourceSelectors: [{apiVersion: v1, kind: ConfigMap}, {apiVersion: apps/v1, kind: Deployment}]
  placement: {replicaScheduling: {}}
`;
}

/** Shuffles the documents of a text. */
function shuffle(text: string, seeds: Iterator<number>): string {
  return text
    .split(/^---\n/m)
    .map((document) => ({ document, seed: seeds.next().value }))
    .sort((a, b) => a.seed - b.seed)
    .map(({ document }) => document)
    .join('---\n');
}
