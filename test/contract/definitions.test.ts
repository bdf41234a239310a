import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { at, ok, refused } from '#test/api/reading.ts';
import { until } from '#test/until.ts';
import { define, definition, definitions, group, violations } from './definitions.ts';
import { useMember } from './member.ts';

describe('a CustomResourceDefinition', () => {
  const member = useMember();
  let squares: string;

  before(async () => {
    const more = {
      subresources: {
        status: {},
        scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' },
      },
      additionalPrinterColumns: [
        { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
        { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
      ],
    };
    await define(member, definition('squares', 'Square', more));
    squares = `/apis/${group}/v1/namespaces/${await member.namespace()}/squares`;
  });

  it('sets the condition Established and the accepted names of a CRD', async () => {
    const made = ok(await member.get(`${definitions}/squares.${group}`));
    assert.deepEqual(at(made, 'status.acceptedNames'), {
      plural: 'squares',
      singular: 'square',
      kind: 'Square',
      listKind: 'SquareList',
    });
    assert.deepEqual(at(made, 'status.storedVersions'), ['v1']);
    const conditions = at(made, 'status.conditions') as readonly unknown[];
    const short = conditions.map((condition) => ['type', 'status'].map((f) => at(condition, f)));
    assert.deepEqual(short.toSorted(), [
      ['Established', 'True'],
      ['NamesAccepted', 'True'],
    ]);
  });

  it('lists a custom kind in discovery', async () => {
    const list = ok(await member.get(`/apis/${group}/v1`));
    const resources = list.resources as readonly unknown[];
    const names = resources.map((resource) => at(resource, 'name'));
    assert.deepEqual(names.toSorted(), ['squares', 'squares/scale', 'squares/status']);
    const accept =
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
    const { body } = await member.call({ path: '/apis', accept });
    const groups = at(body, 'items') as readonly unknown[];
    const own = groups.find((one) => at(one, 'metadata.name') === group);
    assert.deepEqual(at(own, 'versions.0.resources.0.responseKind'), {
      group,
      version: 'v1',
      kind: 'Square',
    });
  });

  it('creates, reads, lists, watches, updates and deletes custom resources', async () => {
    const made = ok(await member.create(squares, square('a', { size: 1 })));
    assert.deepEqual(made.spec, { size: 1, colour: 'red' });
    assert.equal(at(made, 'metadata.generation'), 1);
    assert.equal(made.status, undefined);
    const list = ok(await member.get(squares));
    assert.deepEqual([list.kind, list.apiVersion], ['SquareList', `${group}/v1`]);
    assert.equal(at(list, 'items.0.kind'), 'Square');
    const resourceVersion = String(at(list, 'metadata.resourceVersion'));
    const watch = await member.watch(squares, { resourceVersion });
    const grown = ok(await member.patch(`${squares}/a`, 'merge', { spec: { size: 2 } }));
    assert.equal(at(grown, 'metadata.generation'), 2);
    assert.equal(await watch.change(), 'MODIFIED a');
    ok(await member.delete(`${squares}/a`));
    assert.equal(await watch.change(), 'DELETED a');
  });

  it('prunes unknown fields of a custom resource, or rejects them with Strict', async () => {
    const withUnknownField = square('pruned', { size: 1, weight: 5, free: { any: { thing: 1 } } });
    const made = await member.create(squares, withUnknownField);
    assert.deepEqual(at(made.body, 'spec'), {
      size: 1,
      colour: 'red',
      free: { any: { thing: 1 } },
    });
    assert.equal(made.headers.warning, '299 - "unknown field \\"spec.weight\\""');
    const strict = { fieldValidation: 'Strict' };
    refused(
      await member.create(squares, square('x', { size: 1, weight: 5 }), strict),
      400,
      'BadRequest',
    );
  });

  for (const [what, spec, field, reason] of violations) {
    it(`rejects a custom resource with ${what}`, async () => {
      const status = refused(await member.create(squares, square('bad', spec)), 422, 'Invalid');
      assert.equal(at(status, 'details.causes.0.field'), field);
      assert.equal(at(status, 'details.causes.0.reason'), reason);
      assert.equal(at(status, 'details.kind'), 'Square');
    });
  }

  it('accepts a number and a string in an int-or-string field', async () => {
    for (const [name, limit] of [
      ['number', 5],
      ['text', '50%'],
    ] as const) {
      const made = ok(await member.create(squares, square(name, { size: 1, limit })));
      assert.equal(at(made, 'spec.limit'), limit);
    }
  });

  it('merges custom resources on apply by their schema', async () => {
    const path = `${squares}/applied`;
    const one = { size: 1, steps: [{ name: 'a', note: 'x' }], tags: ['a'], atoms: ['a'] };
    ok(await member.apply(path, 'one', square('applied', one)));
    const two = { size: 1, steps: [{ name: 'b' }], tags: ['b'] };
    const both = ok(await member.apply(path, 'two', square('applied', two)));
    assert.deepEqual(at(both, 'spec.steps'), [{ name: 'a', note: 'x' }, { name: 'b' }]);
    assert.deepEqual(at(both, 'spec.tags'), ['a', 'b']);
    const clash = { size: 2, atoms: ['b'] };
    const status = refused(
      await member.apply(path, 'two', square('applied', clash)),
      409,
      'Conflict',
    );
    const causes = at(status, 'details.causes') as readonly unknown[];
    assert.deepEqual(causes.map((cause) => at(cause, 'field')).toSorted(), [
      '.spec.atoms',
      '.spec.size',
    ]);
    const left = ok(await member.apply(path, 'one', square('applied', { size: 1, steps: [] })));
    assert.deepEqual(at(left, 'spec.steps'), [{ name: 'b' }]);
    assert.equal(at(left, 'spec.atoms'), undefined);
    const again = ok(await member.apply(path, 'one', square('applied', { size: 1, steps: [] })));
    assert.equal(at(again, 'metadata.resourceVersion'), at(left, 'metadata.resourceVersion'));
  });

  it('rejects the replacement of a custom resource without a resourceVersion', async () => {
    ok(await member.create(squares, square('put', { size: 1 })));
    const answer = await member.replace(`${squares}/put`, square('put', { size: 2 }));
    refused(answer, 422, 'Invalid');
  });

  it('rejects a strategic merge patch of a custom resource', async () => {
    ok(await member.create(squares, square('strategic', { size: 1 })));
    const answer = await member.patch(`${squares}/strategic`, 'strategic', { spec: { size: 2 } });
    refused(answer, 415, 'UnsupportedMediaType');
  });

  it('writes the status of a custom resource only through its subresource', async () => {
    const path = `${squares}/reported`;
    const made = ok(
      await member.create(squares, { ...square('reported', { size: 1 }), status: { phase: 'x' } }),
    );
    assert.equal(made.status, undefined);
    const sent = { status: { phase: 'Ready' }, spec: { size: 5 } };
    const patched = ok(await member.patch(`${path}/status`, 'merge', sent));
    assert.deepEqual(patched.status, { phase: 'Ready' });
    assert.equal(at(patched, 'spec.size'), 1);
    assert.equal(at(patched, 'metadata.generation'), 1);
    const kept = ok(await member.patch(path, 'merge', { status: { phase: 'Gone' } }));
    assert.deepEqual(kept.status, { phase: 'Ready' });
  });

  it('serves the scale of a custom resource', async () => {
    ok(await member.create(squares, square('scaled', { size: 2 })));
    const path = `${squares}/scaled/scale`;
    assert.equal(at(ok(await member.get(path)), 'spec.replicas'), 2);
    ok(await member.patch(path, 'merge', { spec: { replicas: 3 } }));
    assert.equal(at(ok(await member.get(`${squares}/scaled`)), 'spec.size'), 3);
  });

  it('prints the additional columns of a custom kind', async () => {
    const accept = 'application/json;as=Table;g=meta.k8s.io;v=v1,application/json';
    const { body } = await member.call({ path: squares, accept });
    const columns = at(body, 'columnDefinitions') as readonly unknown[];
    assert.deepEqual(
      columns.map((column) => [at(column, 'name'), at(column, 'type')]),
      [
        ['Name', 'string'],
        ['Size', 'integer'],
        ['Age', 'date'],
      ],
    );
  });

  it('serves a changed CRD while objects of its kind exist', async () => {
    const path = `${definitions}/squares.${group}`;
    const weight = { type: 'integer' };
    const at_ = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/weight';
    ok(await member.patch(path, 'json', [{ op: 'add', path: at_, value: weight }]));
    const name = 'heavy';
    await until('the new schema to be in force', async () => {
      const made = ok(await member.apply(`${squares}/${name}`, 'one', square(name, { size: 1 })));
      const heavy = square(name, { size: 1, weight: 7 });
      const put = await member.replace(`${squares}/${name}`, { ...heavy, metadata: made.metadata });
      return at(put.body, 'spec.weight') === 7;
    });
  });

  it('deletes the custom resources of a deleted CRD', async () => {
    await define(member, definition('circles', 'Circle'));
    const path = `/apis/${group}/v1/namespaces/${await member.namespace()}/circles`;
    const circle = { apiVersion: `${group}/v1`, kind: 'Circle', metadata: { name: 'a' } };
    ok(await member.create(path, { ...circle, spec: { size: 1 } }));
    const name = `circles.${group}`;
    const deleted = ok(await member.delete(`${definitions}/${name}`));
    assert.ok(deleted.kind === 'CustomResourceDefinition' || deleted.status === 'Success');
    await member.gone(`${definitions}/${name}`);
    await member.gone(path);
    await define(member, definition('circles', 'Circle'));
    assert.deepEqual(ok(await member.get(path)).items, []);
  });

  it('rejects an invalid CRD', async () => {
    const wrong = { ...definition('cubes', 'Cube'), metadata: { name: 'cubes.example.com' } };
    refused(await member.create(definitions, wrong), 422, 'Invalid');
    const bare = definition('cubes', 'Cube', { schema: undefined });
    refused(await member.create(definitions, bare), 422, 'Invalid');
    const unstored = definition('cubes', 'Cube', { storage: false });
    refused(await member.create(definitions, unstored), 422, 'Invalid');
  });

  function square(name: string, spec: object): object {
    return { apiVersion: `${group}/v1`, kind: 'Square', metadata: { name }, spec };
  }
});
