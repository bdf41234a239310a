import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, type Body, ok, refused } from '#test/api/reading.ts';
import { useMember } from './member.ts';
import { configMaps, deployment, deployments, podTemplate, service, services } from './objects.ts';

const image = 'registry.example/web:1.0';

describe('server-side apply of lists', () => {
  const member = useMember();

  it('identifies containers by name', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    const withContainers = (...containers: object[]): object =>
      deployment('web', { template: podTemplate('web', containers) });
    ok(await member.apply(path, 'gitops', withContainers({ name: 'main', image })));
    const sidecar = { name: 'proxy', image };
    const other = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { template: { spec: { containers: [sidecar] } } },
    };
    ok(await member.apply(path, 'injector', other));
    const next = { name: 'main', image: 'registry.example/web:2.0' };
    const both = ok(await member.apply(path, 'gitops', withContainers(next)));
    assert.deepEqual(namesAndImages(both), [
      ['main', 'registry.example/web:2.0'],
      ['proxy', image],
    ]);
  });

  it('names the list item in an apply conflict', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    const withImage = (tag: string): object =>
      deployment('web', { template: podTemplate('web', [{ name: 'main', image: tag }]) });
    ok(await member.apply(path, 'gitops', withImage('web:1')));
    const status = refused(await member.apply(path, 'other', withImage('web:2')), 409, 'Conflict');
    assert.equal(
      at(status, 'details.causes.0.field'),
      '.spec.template.spec.containers[name="main"].image',
    );
  });

  it('records the key of a list item in managedFields', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    const made = ok(await member.apply(path, 'gitops', deployment('web')));
    const fields = at(made, 'metadata.managedFields.0.fieldsV1');
    assert.deepEqual(at(fields, 'f:spec.f:template.f:spec.f:containers'), {
      'k:{"name":"main"}': { '.': {}, 'f:image': {}, 'f:name': {} },
    });
    assert.deepEqual(at(fields, 'f:spec.f:selector'), {});
  });

  it('removes an item that its only owner no longer applies, and keeps the order of the others', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    const named = (...names: string[]): object =>
      deployment('web', {
        template: podTemplate(
          'web',
          names.map((name) => ({ name, image })),
        ),
      });
    ok(await member.apply(path, 'gitops', named('a', 'b', 'c')));
    const left = ok(await member.apply(path, 'gitops', named('a', 'c')));
    assert.deepEqual(
      namesAndImages(left).map(([name]) => name),
      ['a', 'c'],
    );
  });

  it('sorts list items by the newest apply', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    const named = (...names: string[]): object =>
      deployment('web', {
        template: podTemplate(
          'web',
          names.map((name) => ({ name, image })),
        ),
      });
    ok(await member.apply(path, 'gitops', named('a', 'b')));
    const turned = ok(await member.apply(path, 'gitops', named('b', 'a')));
    assert.deepEqual(
      namesAndImages(turned).map(([name]) => name),
      ['b', 'a'],
    );
  });

  it('identifies container ports by number and protocol', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    const withPorts = (...ports: object[]): object =>
      deployment('web', { template: podTemplate('web', [{ name: 'main', image, ports }]) });
    const tcp = { containerPort: 53, protocol: 'TCP', name: 'tcp' };
    const udp = { containerPort: 53, protocol: 'UDP', name: 'udp' };
    const made = ok(await member.apply(path, 'gitops', withPorts(tcp, udp)));
    const ports = 'spec.template.spec.containers.0.ports';
    assert.equal((at(made, ports) as readonly unknown[]).length, 2);
    const renamed = ok(await member.apply(path, 'gitops', withPorts({ ...tcp, name: 'dns' }, udp)));
    assert.deepEqual(
      (at(renamed, ports) as readonly unknown[]).map((port) => at(port, 'name')),
      ['dns', 'udp'],
    );
  });

  it('treats a port without a protocol as a TCP port', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    const withPort = (port: object): object =>
      deployment('web', { template: podTemplate('web', [{ name: 'main', image, ports: [port] }]) });
    ok(await member.apply(path, 'gitops', withPort({ containerPort: 80, name: 'a' })));
    const made = ok(
      await member.apply(
        path,
        'gitops',
        withPort({ containerPort: 80, protocol: 'TCP', name: 'b' }),
      ),
    );
    assert.deepEqual(at(made, 'spec.template.spec.containers.0.ports'), [
      { containerPort: 80, protocol: 'TCP', name: 'b' },
    ]);
  });

  it('identifies variables and volumes by name, and mounts by path', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    const spec = (value: string, mountPath: string): object =>
      deployment('web', {
        template: podTemplate(
          'web',
          [
            {
              name: 'main',
              image,
              env: [{ name: 'LEVEL', value }],
              volumeMounts: [{ name: 'tmp', mountPath }],
            },
          ],
          { volumes: [{ name: 'tmp', emptyDir: {} }] },
        ),
      });
    ok(await member.apply(path, 'gitops', spec('info', '/tmp')));
    const extra = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        template: {
          spec: {
            containers: [{ name: 'main', env: [{ name: 'EXTRA', value: 'x' }] }],
            volumes: [{ name: 'cache', emptyDir: {} }],
          },
        },
      },
    };
    ok(await member.apply(path, 'other', extra));
    const both = ok(await member.apply(path, 'gitops', spec('debug', '/var/tmp')));
    const pod = at(both, 'spec.template.spec');
    assert.deepEqual(at(pod, 'containers.0.env'), [
      { name: 'LEVEL', value: 'debug' },
      { name: 'EXTRA', value: 'x' },
    ]);
    assert.deepEqual(at(pod, 'containers.0.volumeMounts'), [
      { name: 'tmp', mountPath: '/var/tmp' },
    ]);
    assert.deepEqual(
      (at(pod, 'volumes') as readonly unknown[]).map((volume) => at(volume, 'name')),
      ['tmp', 'cache'],
    );
  });

  it('identifies Service ports by number and protocol', async () => {
    const path = `${services(await member.namespace())}/web`;
    const http = { name: 'http', port: 80, targetPort: 8080 };
    ok(await member.apply(path, 'gitops', service('web', [http])));
    const admin = { name: 'admin', port: 81, targetPort: 8081 };
    ok(await member.apply(path, 'other', service('web', [admin])));
    const next = service('web', [{ ...http, targetPort: 9090 }]);
    const both = ok(await member.apply(path, 'gitops', next));
    assert.deepEqual(
      (at(both, 'spec.ports') as readonly unknown[]).map((port) => [
        at(port, 'name'),
        at(port, 'targetPort'),
      ]),
      [
        ['http', 9090],
        ['admin', 8081],
      ],
    );
  });

  it('replaces an atomic list as a whole on apply', async () => {
    const path = `${deployments(await member.namespace())}/web`;
    const withArgs = (...args: string[]): object =>
      deployment('web', { template: podTemplate('web', [{ name: 'main', image, args }]) });
    ok(await member.apply(path, 'gitops', withArgs('--a', '--b')));
    const made = ok(await member.apply(path, 'gitops', withArgs('--c')));
    assert.deepEqual(at(made, 'spec.template.spec.containers.0.args'), ['--c']);
    const status = refused(await member.apply(path, 'other', withArgs('--d')), 409, 'Conflict');
    assert.equal(
      at(status, 'details.causes.0.field'),
      '.spec.template.spec.containers[name="main"].args',
    );
  });

  it('unites sets on apply: each manager owns its finalizers', async () => {
    const path = `${configMaps(await member.namespace())}/settings`;
    const withFinalizers = (...finalizers: string[]): object => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', finalizers },
    });
    ok(await member.apply(path, 'gitops', withFinalizers('example.com/a')));
    const both = ok(await member.apply(path, 'other', withFinalizers('example.com/b')));
    assert.deepEqual(at(both, 'metadata.finalizers'), ['example.com/a', 'example.com/b']);
    const left = ok(await member.apply(path, 'gitops', withFinalizers()));
    assert.deepEqual(at(left, 'metadata.finalizers'), ['example.com/b']);
    assert.deepEqual(at(left, 'metadata.managedFields.0.fieldsV1', 'f:metadata', 'f:finalizers'), {
      'v:"example.com/b"': {},
    });
  });
});

function namesAndImages(object: Body): readonly (readonly unknown[])[] {
  const containers = at(object, 'spec.template.spec.containers') as readonly unknown[];
  return containers.map((container) => [at(container, 'name'), at(container, 'image')]);
}
