import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { applyRule } from '#compiler/override/rule.ts';
import type { KubeObject } from '#model/object.ts';
import type { PlaintextOverrider } from '#model/override.ts';

const object = (spec: unknown): KubeObject => ({
  apiVersion: 'example.io/v1',
  kind: 'Widget',
  metadata: { name: 'a' },
  spec,
});

function patch(spec: unknown, ...plaintext: PlaintextOverrider[]) {
  return applyRule(object(spec), { plaintext }, '/spec/overriders');
}

const add = (path: string, value?: PlaintextOverrider['value']): PlaintextOverrider => {
  return { operator: 'add', path, value };
};
const replace = (path: string, value: PlaintextOverrider['value']): PlaintextOverrider => {
  return { operator: 'replace', path, value };
};
const remove = (path: string): PlaintextOverrider => ({ operator: 'remove', path });

describe('plaintext', () => {
  const changes = [
    { name: 'adds a field', entries: [add('/spec/a', 1)], want: { l: [1, 2], a: 1 } },
    {
      name: 'adds null when there is no value',
      entries: [add('/spec/a')],
      want: { l: [1, 2], a: null },
    },
    { name: 'appends to a list with -', entries: [add('/spec/l/-', 3)], want: { l: [1, 2, 3] } },
    {
      name: 'appends to a list at its length',
      entries: [add('/spec/l/2', 3)],
      want: { l: [1, 2, 3] },
    },
    { name: 'appends to a list at -1', entries: [add('/spec/l/-1', 3)], want: { l: [1, 2, 3] } },
    { name: 'inserts into a list', entries: [add('/spec/l/0', 3)], want: { l: [3, 1, 2] } },
    {
      name: 'replaces a list item counted from the end',
      entries: [replace('/spec/l/-1', 3)],
      want: { l: [1, 3] },
    },
    {
      name: 'removes a list item counted from the end',
      entries: [remove('/spec/l/-2')],
      want: { l: [2] },
    },
    {
      name: 'applies each entry to the result of the one before',
      entries: [add('/spec/a', {}), add('/spec/a/b~1c', 1), remove('/spec/l')],
      want: { a: { 'b/c': 1 } },
    },
  ];
  for (const { name, entries, want } of changes) {
    it(name, () => {
      const outcome = patch({ l: [1, 2] }, ...entries);
      assert.deepEqual(outcome.type === 'changed' && outcome.object, object(want));
    });
  }

  const faults = [
    { entries: [add('/spec/a/b', 1)], hint: 'the nearest existing path is /spec; its fields: l' },
    { entries: [replace('/spec/a', 1)], hint: 'the nearest existing path is /spec; its fields: l' },
    {
      entries: [remove('/spec/l/2')],
      hint: 'the nearest existing path is /spec/l; it is a list of 2',
    },
    {
      entries: [add('/spec/l/3', 1)],
      hint: 'the nearest existing path is /spec/l; it is a list of 2',
    },
    {
      entries: [replace('/spec/l/-3', 1)],
      hint: 'the nearest existing path is /spec/l; it is a list of 2',
    },
    {
      entries: [replace('/spec/l/-', 1)],
      hint: 'the nearest existing path is /spec/l; it is a list of 2',
    },
    {
      entries: [add('/spec/l/0/a', 1)],
      hint: 'the nearest existing path is /spec/l/0; it is a number',
    },
    {
      entries: [add('/spec/__proto__/a', 1)],
      hint: 'the nearest existing path is /spec; its fields: l',
    },
  ];
  for (const { entries, hint } of faults) {
    it(`refuses to ${entries[0]?.operator} ${entries[0]?.path}`, () => {
      const outcome = patch({ l: [1, 2] }, ...entries);
      assert.deepEqual(outcome, {
        type: 'failed',
        entry: '/spec/overriders/plaintext/0',
        message:
          entries[0]?.operator === 'add'
            ? `has nowhere to add ${entries[0].path}`
            : `has no ${entries[0]?.path} to ${entries[0]?.operator}`,
        hint,
      });
    });
  }

  it('refuses to change the kind or name of an object', () => {
    for (const entry of [
      remove('/kind'),
      replace('/metadata/name', '../x'),
      add('/metadata', []),
    ]) {
      assert.equal(patch({}, entry).type, 'failed', entry.path);
    }
  });

  it('returns the fields that it changed', () => {
    const outcome = patch({ l: [1, 2] }, add('/spec/l/-', 3), replace('/spec/l/-1', 4));
    assert.deepEqual(outcome.type === 'changed' && outcome.touched, [
      { entry: '/spec/overriders/plaintext/0', field: '/spec/l/2' },
      { entry: '/spec/overriders/plaintext/1', field: '/spec/l/2' },
    ]);
  });

  it('does not modify its input', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.nat(3)), (spec, path) => {
        const before = JSON.stringify(spec);
        patch(spec, add(`/spec${path.map((key) => `/${key}`).join('')}`, 1));
        assert.equal(JSON.stringify(spec), before);
      }),
    );
  });
});
