import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, ok, refused } from '#test/api/reading.ts';
import { useMember } from './member.ts';
import { configMap, configMaps, deployment, deployments, podTemplate } from './objects.ts';

const uid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('a creation', () => {
  const member = useMember();

  it('answers a creation with 201 and the stored object', async () => {
    const namespace = await member.namespace();
    const answer = await member.create(configMaps(namespace), configMap('a', { x: '1' }));
    assert.equal(answer.status, 201);
    const made = ok(answer);
    assert.deepEqual([made.kind, made.apiVersion], ['ConfigMap', 'v1']);
    assert.equal(at(made, 'metadata.namespace'), namespace);
    assert.match(String(at(made, 'metadata.uid')), uid);
    assert.match(String(at(made, 'metadata.creationTimestamp')), /^\d{4}-\d\d-\d\dT[\d:]{8}Z$/);
    assert.match(String(at(made, 'metadata.resourceVersion')), /^[1-9]\d*$/);
    assert.equal(at(made, 'metadata.generation'), undefined);
    assert.deepEqual(ok(await member.get(`${configMaps(namespace)}/a`)), made);
  });

  it('sets generation 1 for kinds with a generation', async () => {
    const made = ok(await member.create(deployments(await member.namespace()), deployment('web')));
    assert.equal(at(made, 'metadata.generation'), 1);
    assert.deepEqual(made.status, {});
  });

  it('ignores server-owned fields in a created object', async () => {
    const metadata = {
      name: 'a',
      uid: '00000000-0000-0000-0000-000000000000',
      creationTimestamp: '2000-01-01T00:00:00Z',
      generation: 7,
      deletionTimestamp: '2000-01-01T00:00:00Z',
    };
    const path = deployments(await member.namespace());
    const sent = { ...deployment('a'), metadata, status: { replicas: 5 } };
    const made = ok(await member.create(path, sent));
    assert.notEqual(at(made, 'metadata.uid'), metadata.uid);
    assert.notEqual(at(made, 'metadata.creationTimestamp'), metadata.creationTimestamp);
    assert.equal(at(made, 'metadata.generation'), 1);
    assert.equal(at(made, 'metadata.deletionTimestamp'), undefined);
    assert.deepEqual(made.status, {});
  });

  it('generates a name from generateName', async () => {
    const path = configMaps(await member.namespace());
    const body = { ...configMap('', {}), metadata: { generateName: 'part-' } };
    const names = [await member.create(path, body), await member.create(path, body)].map((answer) =>
      String(at(ok(answer), 'metadata.name')),
    );
    for (const name of names) assert.match(name, /^part-[a-z0-9]{5}$/);
    assert.notEqual(names[0], names[1]);
  });

  it('rejects a creation when the name exists', async () => {
    const path = configMaps(await member.namespace());
    ok(await member.create(path, configMap('a', {})));
    const status = refused(await member.create(path, configMap('a', {})), 409, 'AlreadyExists');
    assert.equal(status.message, 'configmaps "a" already exists');
    assert.deepEqual(status.details, { name: 'a', kind: 'configmaps' });
  });

  it('rejects a creation in an unknown namespace', async () => {
    const path = configMaps('unknown-namespace');
    const status = refused(await member.create(path, configMap('a', {})), 404, 'NotFound');
    assert.equal(status.message, 'namespaces "unknown-namespace" not found');
    assert.deepEqual(status.details, { name: 'unknown-namespace', kind: 'namespaces' });
  });

  it('rejects a creation without a name', async () => {
    const path = configMaps(await member.namespace());
    const status = refused(
      await member.create(path, { ...configMap('', {}), metadata: {} }),
      422,
      'Invalid',
    );
    assert.match(
      String(status.message),
      /^ConfigMap "" is invalid: .*metadata.name: Required value: name or generateName is required/,
    );
  });

  it('rejects an invalid name, label or finalizer', async () => {
    const path = configMaps(await member.namespace());
    for (const [metadata, field] of [
      [{ name: 'Upper' }, 'metadata.name'],
      [{ name: 'a', labels: { tier: 'a b' } }, 'metadata.labels'],
      [{ name: 'a', labels: { 'a b': 'x' } }, 'metadata.labels'],
      [{ name: 'a', annotations: { 'a b': 'x' } }, 'metadata.annotations'],
      [{ name: 'a', finalizers: ['bare'] }, 'metadata.finalizers[0]'],
    ] as const) {
      const answer = await member.create(path, { ...configMap('a', {}), metadata });
      const status = refused(answer, 422, 'Invalid');
      assert.equal(at(status, 'details.causes.0.field'), field);
      assert.equal(at(status, 'details.causes.0.reason'), 'FieldValueInvalid');
      assert.equal(at(status, 'details.kind'), 'ConfigMap');
    }
  });

  it('rejects an object of a different kind or namespace than the path', async () => {
    const path = configMaps(await member.namespace());
    refused(await member.create(path, deployment('web')), 400, 'BadRequest');
    const metadata = { name: 'a', namespace: 'default' };
    const answer = await member.create(path, { ...configMap('a', {}), metadata });
    refused(answer, 400, 'BadRequest');
  });

  it('reports every violation in a created object', async () => {
    const path = deployments(await member.namespace());
    const bare = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: {} };
    const status = refused(await member.create(path, bare), 422, 'Invalid');
    const causes = at(status, 'details.causes') as readonly unknown[];
    const fields = causes.map((cause) => at(cause, 'field'));
    for (const field of ['spec.selector', 'spec.template.spec.containers']) {
      assert.ok(fields.includes(field), `${field} is among ${fields}`);
    }
    assert.deepEqual(
      [at(status, 'details.name'), at(status, 'details.group'), at(status, 'details.kind')],
      ['web', 'apps', 'Deployment'],
    );
  });

  it('rejects a Deployment whose selector does not match its template', async () => {
    const path = deployments(await member.namespace());
    const template = podTemplate('other', [{ name: 'main', image: 'registry.example/web:1.0' }]);
    const status = refused(
      await member.create(path, deployment('web', { template })),
      422,
      'Invalid',
    );
    assert.equal(
      status.message,
      'Deployment.apps "web" is invalid: spec.template.metadata.labels: Invalid value: {"app":"other"}: `selector` does not match template `labels`',
    );
  });

  it('rejects duplicate container names and ports out of range', async () => {
    const path = deployments(await member.namespace());
    const one = { name: 'main', image: 'registry.example/web:1.0' };
    const twice = deployment('web', { template: podTemplate('web', [one, one]) });
    const status = refused(await member.create(path, twice), 422, 'Invalid');
    assert.equal(at(status, 'details.causes.0.reason'), 'FieldValueDuplicate');
    assert.equal(at(status, 'details.causes.0.field'), 'spec.template.spec.containers[1].name');
    const ports = [{ containerPort: 99999 }];
    const far = deployment('web', { template: podTemplate('web', [{ ...one, ports }]) });
    const range = refused(await member.create(path, far), 422, 'Invalid');
    assert.equal(
      at(range, 'details.causes.0.field'),
      'spec.template.spec.containers[0].ports[0].containerPort',
    );
  });

  it('rejects a value of the wrong type', async () => {
    const path = deployments(await member.namespace());
    const status = refused(
      await member.create(path, deployment('web', { replicas: 'three' })),
      400,
      'BadRequest',
    );
    assert.match(String(status.message), /Deployment in version "v1" cannot be handled as a Depl/);
  });

  it('treats null as absent in a created object', async () => {
    const path = deployments(await member.namespace());
    const sent = deployment('web', { replicas: null, strategy: null, paused: null });
    const made = ok(await member.create(path, sent));
    assert.equal(at(made, 'spec.replicas'), 1);
    assert.equal(at(made, 'spec.strategy.type'), 'RollingUpdate');
    assert.equal(at(made, 'spec.paused'), undefined);
  });

  it('reports unknown fields in a creation as fieldValidation requests', async () => {
    const path = configMaps(await member.namespace());
    const withUnknownField = { ...configMap('a', {}), colour: 'red' };
    const warned = await member.create(path, withUnknownField, { fieldValidation: 'Warn' });
    assert.equal(warned.status, 201);
    assert.equal(warned.headers.warning, '299 - "unknown field \\"colour\\""');
    assert.equal(at(warned.body, 'colour'), undefined);
    const named = { ...withUnknownField, metadata: { name: 'b' } };
    const ignored = await member.create(path, named, { fieldValidation: 'Ignore' });
    assert.equal(ignored.status, 201);
    assert.equal(ignored.headers.warning, undefined);
    const strict = { fieldValidation: 'Strict' };
    const status = refused(await member.create(path, withUnknownField, strict), 400, 'BadRequest');
    assert.match(String(status.message), /strict decoding error: unknown field "colour"/);
  });

  it('reports a duplicate field in a creation', async () => {
    const path = configMaps(await member.namespace());
    const body = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","name":"b"}}';
    const status = refused(
      await member.call({ method: 'POST', path: `${path}?fieldValidation=Strict`, body }),
      400,
      'BadRequest',
    );
    assert.match(String(status.message), /strict decoding error: duplicate field "metadata.name"/);
    const warned = await member.call({ method: 'POST', path, body });
    assert.equal(warned.headers.warning, '299 - "duplicate field \\"metadata.name\\""');
    assert.equal(at(warned.body, 'metadata.name'), 'b');
  });

  it('accepts a created object in YAML', async () => {
    const path = configMaps(await member.namespace());
    const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: "1"\n';
    const made = ok(await member.call({ method: 'POST', path, body, type: 'application/yaml' }));
    assert.deepEqual(made.data, { x: '1' });
  });

  it('rejects a malformed body', async () => {
    const path = configMaps(await member.namespace());
    refused(await member.call({ method: 'POST', path, body: '{"kind' }), 400, 'BadRequest');
    const text = { method: 'POST', path, body: 'hello', type: 'text/plain' } as const;
    refused(await member.call(text), 415, 'UnsupportedMediaType');
  });

  it('records the field manager of a creation', async () => {
    const path = configMaps(await member.namespace());
    const query = { fieldManager: 'editor' };
    const made = ok(await member.create(path, configMap('a', { x: '1' }), query));
    const [entry] = at(made, 'metadata.managedFields') as readonly unknown[];
    assert.deepEqual(
      ['manager', 'operation', 'fieldsV1'].map((field) => at(entry, field)),
      ['editor', 'Update', { 'f:data': { '.': {}, 'f:x': {} } }],
    );
  });
});
