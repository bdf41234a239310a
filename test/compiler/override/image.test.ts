import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { overrideImages } from '#compiler/override/image.ts';
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

describe('imageOverrider', () => {
  for (const [image, component, operator, value, want] of cases) {
    it(`${operator} ${component} ${value} makes ${image} ${want}`, () => {
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'a' },
        spec: { containers: [{ image }], initContainers: [{ image }] },
      };
      assert.deepEqual(overrideImages(pod, [{ component, operator, value }]), {
        type: 'changed',
        object: { ...pod, spec: { ...pod.spec, containers: [{ image: want }] } },
      });
    });
  }

  it('leaves kinds without a pod template of theirs alone', () => {
    const object = { apiVersion: 'v1', kind: 'CronJob', metadata: { name: 'a' }, spec: {} };
    const entry = { component: 'Tag', operator: 'replace', value: '2' } as const;
    assert.deepEqual(overrideImages(object, [entry]), { type: 'changed', object });
  });
});
