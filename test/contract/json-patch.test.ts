import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok, refused } from '#test/api/reading.ts';
import { useMember } from './member.ts';
import {
  configMap,
  configMaps,
  containersIn,
  deployment,
  deployments,
  podTemplate,
} from './objects.ts';

const image = 'registry.example/web:1.0';

describe('a JSON patch', () => {
  const member = useMember();

  it('applies every operation of a JSON patch', async () => {
    const path = `${configMaps(await member.namespace())}/a`;
    const metadata = { name: 'a', annotations: { 'example.com/b': '3' } };
    ok(await member.create(path.slice(0, -2), { ...configMap('a', { x: '1', y: '2' }), metadata }));
    const patched = ok(
      await member.patch(path, 'json', [
        { op: 'test', path: '/data/x', value: '1' },
        { op: 'replace', path: '/data/x', value: '9' },
        { op: 'remove', path: '/data/y' },
        { op: 'add', path: '/data/z', value: '7' },
        { op: 'copy', from: '/data/z', path: '/data/copied' },
        { op: 'move', from: '/metadata/annotations/example.com~1b', path: '/data/moved' },
      ]),
    );
    assert.deepEqual(patched.data, { x: '9', z: '7', copied: '7', moved: '3' });
  });

  it('applies a JSON patch to list indexes and to the end of a list', async () => {
    const path = deployments(await member.namespace());
    const containers = ['a', 'b'].map((name) => ({ name, image }));
    ok(await member.create(path, deployment('web', { template: podTemplate('web', containers) })));
    const list = '/spec/template/spec/containers';
    const patched = ok(
      await member.patch(`${path}/web`, 'json', [
        { op: 'add', path: `${list}/-`, value: { name: 'd', image } },
        { op: 'add', path: `${list}/0`, value: { name: 'c', image } },
        { op: 'remove', path: `${list}/1` },
      ]),
    );
    assert.deepEqual(containersIn(patched), ['c', 'b', 'd']);
  });

  it('rejects a whole JSON patch when one operation fails', async () => {
    const path = `${configMaps(await member.namespace())}/a`;
    ok(await member.create(path.slice(0, -2), configMap('a', { x: '1' })));
    for (const step of [
      { op: 'test', path: '/data/x', value: '2' },
      { op: 'remove', path: '/data/nothing' },
      { op: 'replace', path: '/nowhere/x', value: '2' },
    ]) {
      const steps = [{ op: 'add', path: '/data/y', value: '1' }, step];
      refused(await member.patch(path, 'json', steps), 422, 'Invalid');
    }
    assert.deepEqual(ok(await member.get(path)).data, { x: '1' });
  });

  for (const [what, operation] of [
    ['an unknown operator', { op: 'merge', path: '/data/x' }],
    ['an operation without a path', { op: 'remove' }],
    ['a move without a source', { op: 'move', path: '/data/y' }],
    ['a path without a slash', { op: 'test', path: 'data', value: null }],
    ['a test below a missing field', { op: 'test', path: '/nowhere/x', value: null }],
    ['a move of a value into itself', { op: 'move', from: '/data', path: '/data/y' }],
    ['a copy to a missing parent', { op: 'copy', from: '/data/x', path: '/nowhere/x' }],
    ['a path inside a string', { op: 'add', path: '/data/x/y', value: '1' }],
    ['the removal of the whole object', { op: 'remove', path: '' }],
    ['the removal of a name that JavaScript objects inherit', remove('/data/constructor')],
    ['an addition past the end of a list', add('/metadata/finalizers/2')],
    [
      'a move past the end of a list',
      { op: 'move', from: '/metadata/finalizers/0', path: '/metadata/finalizers/1' },
    ],
  ] as const) {
    it(`rejects a JSON patch with ${what}`, async () => {
      const path = `${configMaps(await member.namespace())}/a`;
      const metadata = { name: 'a', finalizers: ['example.com/hold'] };
      ok(await member.create(path.slice(0, -2), { ...configMap('a', { x: '1' }), metadata }));
      const status = refused(await member.patch(path, 'json', [operation]), 422, 'Invalid');
      assert.equal(
        status.message,
        'the server rejected our request due to an error in our request',
      );
      ok(await member.patch(path, 'merge', { metadata: { finalizers: null } }));
    });
  }

  it('accepts a JSON patch that tests an absent field for null', async () => {
    const path = `${configMaps(await member.namespace())}/a`;
    ok(await member.create(path.slice(0, -2), configMap('a', { x: '1' })));
    const steps = [{ op: 'test', path: '/data/y', value: null }, add('/data/y')];
    assert.deepEqual(ok(await member.patch(path, 'json', steps)).data, { x: '1', y: '1' });
  });

  it('rejects a JSON patch that is not a list of operations', async () => {
    const path = `${configMaps(await member.namespace())}/a`;
    ok(await member.create(path.slice(0, -2), configMap('a', { x: '1' })));
    for (const [patch, message] of [
      [{ op: 'add' }, /^error decoding patch: json: cannot unmarshal object into Go value/],
      [['add'], /^error decoding patch: json: cannot unmarshal string into Go value/],
    ] as const) {
      const status = refused(await member.patch(path, 'json', patch), 400, 'BadRequest');
      assert.match(String(status.message), message);
    }
  });
});

function add(path: string): object {
  return { op: 'add', path, value: '1' };
}

function remove(path: string): object {
  return { op: 'remove', path };
}
