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

describe('what stands where the containers should', () => {
  const entry = { containerName: 'app', operator: 'add', value: ['a'] } as const;
  const image = { component: 'Tag', operator: 'replace', value: '2' } as const;
  const given = (spec: unknown): KubeObject => ({ ...deployment(), spec });
  const at = (what: string, path: string) =>
    `has no ${what} at ${path}, so its containers cannot be found`;
  const rows: readonly (readonly [spec: unknown, told: string | undefined])[] = [
    [undefined, undefined],
    [{ template: null }, undefined],
    [{ template: { spec: {} } }, undefined],
    ['text', at('map', '/spec')],
    [{ template: [] }, at('map', '/spec/template')],
    [{ template: { spec: 1 } }, at('map', '/spec/template/spec')],
    [{ template: { spec: { containers: {} } } }, at('list', '/spec/template/spec/containers')],
  ];
  for (const [spec, told] of rows) {
    it(`${JSON.stringify(spec)} is ${told === undefined ? 'let be' : 'a fault'}`, () => {
      for (const rule of [{ argsOverrider: [entry] }, { imageOverrider: [image] }]) {
        const outcome = applyRule(given(spec), rule, '');
        assert.equal(outcome.type === 'failed' ? outcome.message : undefined, told);
      }
    });
  }
});
