import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyRule } from '#compiler/override/rule.ts';
import type { KubeObject } from '#model/object.ts';
import type { CommandArgsOverrider } from '#model/override.ts';

const deployment = (...containers: object[]): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a' },
  spec: { template: { spec: { containers, initContainers: [{ name: 'app', args: ['x'] }] } } },
});

const cases: readonly {
  readonly name: string;
  readonly given: object;
  readonly entry: CommandArgsOverrider;
  readonly want: object;
}[] = [
  {
    name: 'add appends',
    given: { name: 'app', args: ['a'] },
    entry: { containerName: 'app', operator: 'add', value: ['b', 'a'] },
    want: { name: 'app', args: ['a', 'b', 'a'] },
  },
  {
    name: 'add makes a missing list',
    given: { name: 'app' },
    entry: { containerName: 'app', operator: 'add', value: ['b'] },
    want: { name: 'app', args: ['b'] },
  },
  {
    name: 'remove takes every item that is listed',
    given: { name: 'app', args: ['a', 'b', 'a', 'c'] },
    entry: { containerName: 'app', operator: 'remove', value: ['a', 'c'] },
    want: { name: 'app', args: ['b'] },
  },
  {
    name: 'remove makes an empty list of a missing one, and of null',
    given: { name: 'app', args: null },
    entry: { containerName: 'app', operator: 'remove', value: ['a'] },
    want: { name: 'app', args: [] },
  },
  {
    name: 'another container stays',
    given: { name: 'other', args: ['a'] },
    entry: { containerName: 'app', operator: 'remove', value: ['a'] },
    want: { name: 'other', args: ['a'] },
  },
];

describe('argsOverrider', () => {
  for (const { name, given, entry, want } of cases) {
    it(name, () => {
      const outcome = applyRule(deployment(given), { argsOverrider: [entry] }, '');
      assert.deepEqual(outcome.type === 'changed' && outcome.object, deployment(want));
    });
  }

  it('changes every container of its name', () => {
    const entry: CommandArgsOverrider = { containerName: 'app', operator: 'add', value: ['a'] };
    const app = { name: 'app' };
    const outcome = applyRule(deployment(app, app), { commandOverrider: [entry] }, '');
    const want = { name: 'app', command: ['a'] };
    assert.deepEqual(outcome.type === 'changed' && outcome.object, deployment(want, want));
  });
});
