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
    name: 'add appends to args',
    given: { name: 'app', args: ['a'] },
    entry: { containerName: 'app', operator: 'add', value: ['b', 'a'] },
    want: { name: 'app', args: ['a', 'b', 'a'] },
  },
  {
    name: 'add creates a missing args list',
    given: { name: 'app' },
    entry: { containerName: 'app', operator: 'add', value: ['b'] },
    want: { name: 'app', args: ['b'] },
  },
  {
    name: 'remove deletes every listed argument',
    given: { name: 'app', args: ['a', 'b', 'a', 'c'] },
    entry: { containerName: 'app', operator: 'remove', value: ['a', 'c'] },
    want: { name: 'app', args: ['b'] },
  },
  {
    name: 'remove turns null args into an empty list',
    given: { name: 'app', args: null },
    entry: { containerName: 'app', operator: 'remove', value: ['a'] },
    want: { name: 'app', args: [] },
  },
  {
    name: 'argsOverrider leaves other containers unchanged',
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

  it('commandOverrider changes every container with its name', () => {
    const entry: CommandArgsOverrider = { containerName: 'app', operator: 'add', value: ['a'] };
    const app = { name: 'app' };
    const outcome = applyRule(deployment(app, app), { commandOverrider: [entry] }, '');
    const want = { name: 'app', command: ['a'] };
    assert.deepEqual(outcome.type === 'changed' && outcome.object, deployment(want, want));
  });
});

describe('invalid pod templates', () => {
  const entry = { containerName: 'app', operator: 'add', value: ['a'] } as const;
  const image = { component: 'Tag', operator: 'replace', value: '2' } as const;
  const given = (spec: unknown): KubeObject => ({ ...deployment(), spec });
  const at = (what: string, path: string) =>
    `has no ${what} at ${path}, so its containers cannot be found`;
  const rows: readonly (readonly [spec: unknown, message: string | undefined])[] = [
    [undefined, undefined],
    [{ template: null }, undefined],
    [{ template: { spec: {} } }, undefined],
    ['text', at('map', '/spec')],
    [{ template: [] }, at('map', '/spec/template')],
    [{ template: { spec: 1 } }, at('map', '/spec/template/spec')],
    [{ template: { spec: { containers: {} } } }, at('list', '/spec/template/spec/containers')],
  ];
  for (const [spec, message] of rows) {
    it(`${message === undefined ? 'leaves unchanged' : 'refuses'} a Deployment with the spec ${JSON.stringify(spec)}`, () => {
      for (const rule of [{ argsOverrider: [entry] }, { imageOverrider: [image] }]) {
        const outcome = applyRule(given(spec), rule, '');
        assert.equal(outcome.type === 'failed' ? outcome.message : undefined, message);
      }
    });
  }
});
