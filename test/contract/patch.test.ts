import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, ok, refused } from '#test/api/reading.ts';
import { useMember } from './member.ts';
import {
  configMap,
  configMaps,
  containersIn,
  deployment,
  deployments,
  podTemplate,
  service,
  services,
} from './objects.ts';

const image = 'registry.example/web:1.0';

describe('a merge patch', () => {
  const member = useMember();

  it('merges maps, replaces lists and removes fields with null in a merge patch', async () => {
    const path = deployments(await member.namespace());
    const containers = ['a', 'b'].map((name) => ({ name, image }));
    ok(await member.create(path, deployment('web', { template: podTemplate('web', containers) })));
    const patched = ok(
      await member.patch(`${path}/web`, 'merge', {
        metadata: { labels: { app: null, tier: 'x' } },
        spec: { template: { spec: { containers: [{ name: 'c', image }] } } },
      }),
    );
    assert.deepEqual(at(patched, 'metadata.labels'), { tier: 'x' });
    assert.deepEqual(containersIn(patched), ['c']);
  });

  it('rejects a merge patch with a stale resourceVersion', async () => {
    const path = `${configMaps(await member.namespace())}/a`;
    const made = ok(await member.create(path.slice(0, -2), configMap('a', { x: '1' })));
    const resourceVersion = at(made, 'metadata.resourceVersion');
    const edit = (x: string): object => ({ metadata: { resourceVersion }, data: { x } });
    ok(await member.patch(path, 'merge', edit('2')));
    refused(await member.patch(path, 'merge', edit('3')), 409, 'Conflict');
  });

  it('answers a patch of an absent object with NotFound', async () => {
    const path = `${configMaps(await member.namespace())}/a`;
    refused(await member.patch(path, 'merge', { data: {} }), 404, 'NotFound');
  });

  it('rejects a merge patch that changes the name', async () => {
    const path = `${configMaps(await member.namespace())}/a`;
    ok(await member.create(path.slice(0, -2), configMap('a', {})));
    const answer = await member.patch(path, 'merge', { metadata: { name: 'b' } });
    refused(answer, 400, 'BadRequest');
  });

  it('reports unknown fields in a patch as fieldValidation requests', async () => {
    const path = `${configMaps(await member.namespace())}/a`;
    ok(await member.create(path.slice(0, -2), configMap('a', {})));
    const unknownField = { colour: 'red' };
    const warned = await member.patch(path, 'merge', unknownField);
    assert.equal(warned.headers.warning, '299 - "unknown field \\"colour\\""');
    const strict = await member.patch(path, 'merge', unknownField, { fieldValidation: 'Strict' });
    assert.match(
      String(refused(strict, 422, 'Invalid').message),
      /strict decoding error: unknown field "colour"/,
    );
  });
});

describe('a strategic merge patch', () => {
  const member = useMember();

  it('merges list items by their keys in a strategic merge patch', async () => {
    const path = deployments(await member.namespace());
    const env = [{ name: 'A', value: '1' }];
    const containers = [
      { name: 'a', image, env },
      { name: 'b', image },
    ];
    ok(await member.create(path, deployment('web', { template: podTemplate('web', containers) })));
    const patch = {
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'a', env: [{ name: 'B', value: '2' }] },
              { name: 'c', image },
            ],
          },
        },
      },
    };
    const patched = ok(await member.patch(`${path}/web`, 'strategic', patch));
    assert.deepEqual(containersIn(patched), ['a', 'c', 'b']);
    const list = at(patched, 'spec.template.spec.containers') as readonly unknown[];
    const a = list.find((one) => at(one, 'name') === 'a');
    assert.equal(at(a, 'image'), image);
    const names = (at(a, 'env') as readonly unknown[]).map((one) => at(one, 'name'));
    assert.deepEqual(names.toSorted(), ['A', 'B']);
  });

  it('removes an item, replaces a list and retains union keys in a strategic merge patch', async () => {
    const path = deployments(await member.namespace());
    const web = `${path}/web`;
    const containers = ['a', 'b'].map((name) => ({ name, image }));
    ok(await member.create(path, deployment('web', { template: podTemplate('web', containers) })));
    const inPods = (spec: object): object => ({ spec: { template: { spec } } });
    const removed = inPods({ containers: [{ name: 'a', $patch: 'delete' }] });
    assert.deepEqual(containersIn(ok(await member.patch(web, 'strategic', removed))), ['b']);
    const replaced = inPods({ containers: [{ $patch: 'replace' }, { name: 'z', image }] });
    assert.deepEqual(containersIn(ok(await member.patch(web, 'strategic', replaced))), ['z']);
    const recreate = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
    const patched = ok(await member.patch(web, 'strategic', recreate));
    assert.deepEqual(at(patched, 'spec.strategy'), { type: 'Recreate' });
  });

  it('sorts list items by $setElementOrder in a strategic merge patch', async () => {
    const path = deployments(await member.namespace());
    const containers = ['a', 'b'].map((name) => ({ name, image }));
    ok(await member.create(path, deployment('web', { template: podTemplate('web', containers) })));
    const order = [{ name: 'b' }, { name: 'a' }];
    const spec = { '$setElementOrder/containers': order, containers: [] };
    const patch = { spec: { template: { spec } } };
    assert.deepEqual(containersIn(ok(await member.patch(`${path}/web`, 'strategic', patch))), [
      'b',
      'a',
    ]);
  });

  it('adds to a set and removes from it in a strategic merge patch', async () => {
    const path = configMaps(await member.namespace());
    const metadata = { name: 'a', finalizers: ['example.com/a'] };
    ok(await member.create(path, { ...configMap('a', {}), metadata }));
    const more = { metadata: { finalizers: ['example.com/b'] } };
    const joined = ok(await member.patch(`${path}/a`, 'strategic', more));
    assert.deepEqual(at(joined, 'metadata.finalizers'), ['example.com/b', 'example.com/a']);
    const less = { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/a'] } };
    const left = ok(await member.patch(`${path}/a`, 'strategic', less));
    assert.deepEqual(at(left, 'metadata.finalizers'), ['example.com/b']);
  });

  it('identifies Service ports by number only in a strategic merge patch', async () => {
    const path = services(await member.namespace());
    const ports = [{ name: 'http', port: 80 }];
    ok(await member.create(path, service('web', ports)));
    const more = { spec: { ports: [{ name: 'https', port: 443 }] } };
    const patched = ok(await member.patch(`${path}/web`, 'strategic', more));
    const list = at(patched, 'spec.ports') as readonly unknown[];
    assert.deepEqual(list.map((port) => at(port, 'port')).toSorted(), [443, 80]);
  });
});

describe('a patch', () => {
  const member = useMember();

  it('rejects a patch of an unknown media type', async () => {
    const path = `${configMaps(await member.namespace())}/a`;
    ok(await member.create(path.slice(0, -2), configMap('a', {})));
    const answer = await member.call({ method: 'PATCH', path, body: {}, type: 'application/json' });
    refused(answer, 415, 'UnsupportedMediaType');
  });

  it('keeps the resourceVersion after a patch that changes nothing', async () => {
    const path = `${configMaps(await member.namespace())}/a`;
    const made = ok(await member.create(path.slice(0, -2), configMap('a', { x: '1' })));
    for (const [type, body] of [
      ['merge', { data: { x: '1' } }],
      ['strategic', { data: { x: '1' } }],
      ['json', [{ op: 'replace', path: '/data/x', value: '1' }]],
    ] as const) {
      assert.deepEqual(ok(await member.patch(path, type, body)), made);
    }
  });

  it('records the manager of a patch as the owner of the changed fields', async () => {
    const path = `${configMaps(await member.namespace())}/a`;
    const query = { fieldManager: 'maker' };
    ok(await member.create(path.slice(0, -2), configMap('a', { x: '1', y: '1' }), query));
    const editor = { fieldManager: 'editor' };
    const patched = ok(await member.patch(path, 'merge', { data: { x: '2', z: '1' } }, editor));
    const owners = (at(patched, 'metadata.managedFields') as readonly unknown[]).map((entry) => [
      at(entry, 'manager'),
      at(entry, 'fieldsV1'),
    ]);
    assert.deepEqual(
      owners.toSorted((a, b) => String(a[0]).localeCompare(String(b[0]))),
      [
        ['editor', { 'f:data': { 'f:x': {}, 'f:z': {} } }],
        ['maker', { 'f:data': { '.': {}, 'f:y': {} } }],
      ],
    );
  });
});
