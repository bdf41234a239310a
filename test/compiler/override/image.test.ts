import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyRule } from '#compiler/override/rule.ts';
import type { KubeObject } from '#model/object.ts';
import type { ImageOverrider } from '#model/override.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

const cases: readonly (readonly [
  image: string,
  component: ImageOverrider['component'],
  operator: ImageOverrider['operator'],
  value: string,
  want: string,
])[] = [
  ['nginx', 'Registry', 'add', 'r.io', 'r.io/nginx'],
  ['nginx', 'Registry', 'replace', 'r.io', 'r.io/nginx'],
  ['r.io/nginx:1', 'Registry', 'add', '.local', 'r.io.local/nginx:1'],
  ['r.io:5000/a/b:1', 'Registry', 'remove', '', 'a/b:1'],
  ['localhost/a', 'Registry', 'replace', 'r.io', 'r.io/a'],
  ['library/nginx', 'Registry', 'replace', 'r.io', 'r.io/library/nginx'],
  ['r.io/a/b:1', 'Repository', 'add', '-x', 'r.io/a/b-x:1'],
  ['r.io/a/b:1', 'Repository', 'replace', 'c', 'r.io/c:1'],
  ['nginx:1', 'Tag', 'add', '-alpine', 'nginx:1-alpine'],
  ['nginx', 'Tag', 'replace', '2', 'nginx:2'],
  ['nginx:1', 'Tag', 'remove', '', 'nginx'],
  [`nginx@${digest}`, 'Tag', 'replace', '2', 'nginx:2'],
  [`nginx:1@${digest}`, 'Registry', 'replace', 'r.io', 'r.io/nginx:1'],
  [`nginx@${digest}`, 'Registry', 'replace', 'r.io', `r.io/nginx@${digest}`],
  ['nginx:1', 'Tag', 'replace', digest, `nginx@${digest}`],
  ['nginx:1', 'Tag', 'replace', 'no tag', 'nginx:1'],
];

function changed(object: KubeObject, entry: ImageOverrider): unknown {
  const outcome = applyRule(object, { imageOverrider: [entry] }, '');
  return outcome.type === 'changed' ? outcome.object : outcome.message;
}

const pod = (image: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a' },
  spec: { containers: [{ image }], initContainers: [{ image: 'init' }] },
});

describe('imageOverrider', () => {
  for (const [image, component, operator, value, want] of cases) {
    it(`${operator} ${component} ${value} turns ${image} into ${want}`, () => {
      assert.deepEqual(changed(pod(image), { component, operator, value }), pod(want));
    });
  }

  it('leaves a kind without a known pod template unchanged', () => {
    const object = { apiVersion: 'v1', kind: 'CronJob', metadata: { name: 'a' }, spec: {} };
    assert.deepEqual(
      changed(object, { component: 'Tag', operator: 'replace', value: '2' }),
      object,
    );
  });

  for (const image of ['Nginx', 'nginx:', 'a//b', '', `a@md5:${digest.slice(7, 39)}`]) {
    it(`refuses the invalid image reference '${image}'`, () => {
      const entry = { component: 'Tag', operator: 'remove' } as const;
      const want = `has no image reference at /spec/containers/0/image: '${image}'`;
      assert.equal(changed(pod(image), entry), want);
    });
  }

  it('changes only the text at its predicate path, in any kind', () => {
    const crd = (image: string) => ({ ...pod('a'), kind: 'Widget', spec: { list: [{ image }] } });
    const predicate = { path: '/spec/list/0/image' };
    const entry = { predicate, component: 'Registry', operator: 'add', value: 'r.io' } as const;
    assert.deepEqual(changed(crd('a:1'), entry), crd('r.io/a:1'));
    assert.equal(changed(pod('a'), entry), 'has no string at /spec/list/0/image');
  });

  it('prints no value of a Secret in the error message', () => {
    const secret = { ...pod('a'), kind: 'Secret', data: { key: '***' } };
    const entry = {
      predicate: { path: '/data/key' },
      component: 'Tag',
      operator: 'remove',
    } as const;
    assert.equal(changed(secret, entry), 'has no image reference at /data/key');
  });
});
