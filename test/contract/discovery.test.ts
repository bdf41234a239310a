import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, ok, refused } from '#test/api/reading.ts';
import { useMember } from './member.ts';

const aggregated =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

describe('discovery', () => {
  const member = useMember();

  it('answers health checks', async () => {
    for (const path of ['/readyz', '/livez', '/healthz']) {
      assert.deepEqual((await member.get(path)).body, 'ok');
    }
  });

  it('reports the version of the server', async () => {
    const version = ok(await member.get('/version'));
    assert.equal(version.major, '1');
    assert.match(String(version.minor), /^\d+$/);
    assert.match(String(version.gitVersion), /^v1\.\d+\.\d+/);
  });

  it('lists the versions of the core group', async () => {
    const versions = ok(await member.get('/api'));
    assert.equal(versions.kind, 'APIVersions');
    assert.deepEqual(versions.versions, ['v1']);
  });

  it('lists the API groups', async () => {
    const list = ok(await member.get('/apis'));
    assert.equal(list.kind, 'APIGroupList');
    assert.deepEqual(named(list.groups, 'apps'), {
      name: 'apps',
      versions: [{ groupVersion: 'apps/v1', version: 'v1' }],
      preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
    });
    const group = ok(await member.get('/apis/apps'));
    assert.equal(group.kind, 'APIGroup');
    assert.equal(at(group, 'preferredVersion.groupVersion'), 'apps/v1');
  });

  it('lists the resources of a group', async () => {
    const list = ok(await member.get('/apis/apps/v1'));
    assert.equal(list.kind, 'APIResourceList');
    assert.equal(list.groupVersion, 'apps/v1');
    const { storageVersionHash: _, ...entry } = named(list.resources, 'deployments');
    assert.deepEqual(entry, {
      name: 'deployments',
      singularName: 'deployment',
      namespaced: true,
      kind: 'Deployment',
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      shortNames: ['deploy'],
      categories: ['all'],
    });
    assert.deepEqual(named(list.resources, 'deployments/scale'), {
      name: 'deployments/scale',
      singularName: '',
      namespaced: true,
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
      verbs: ['get', 'patch', 'update'],
    });
  });

  it('lists names, scope and verbs of each core kind', async () => {
    const list = ok(await member.get('/api/v1'));
    const short = ['configmaps', 'namespaces', 'nodes', 'pods', 'services', 'serviceaccounts'].map(
      (name) => {
        const entry = named(list.resources, name);
        return [name, entry.kind, entry.namespaced, entry.shortNames];
      },
    );
    assert.deepEqual(short, [
      ['configmaps', 'ConfigMap', true, ['cm']],
      ['namespaces', 'Namespace', false, ['ns']],
      ['nodes', 'Node', false, ['no']],
      ['pods', 'Pod', true, ['po']],
      ['services', 'Service', true, ['svc']],
      ['serviceaccounts', 'ServiceAccount', true, ['sa']],
    ]);
    assert.ok(
      !(named(list.resources, 'namespaces').verbs as string[]).includes('deletecollection'),
    );
  });

  it('serves aggregated discovery to clients that accept it', async () => {
    const core = await member.call({ path: '/api', accept: aggregated });
    assert.match(String(core.headers['content-type']), /as=APIGroupDiscoveryList/);
    assert.equal(at(core.body, 'kind'), 'APIGroupDiscoveryList');
    assert.equal(at(core.body, 'apiVersion'), 'apidiscovery.k8s.io/v2');
    const { body } = await member.call({ path: '/apis', accept: aggregated });
    const groups = at(body, 'items') as readonly object[];
    const apps = groups.find((group) => at(group, 'metadata.name') === 'apps');
    assert.equal(at(apps, 'versions.0.version'), 'v1');
    const resources = at(apps, 'versions.0.resources') as readonly object[];
    const entry = resources.find((resource) => at(resource, 'resource') === 'deployments');
    // An empty group and version mean the group and version of the enclosing list.
    assert.deepEqual(entry, {
      resource: 'deployments',
      responseKind: { group: '', version: '', kind: 'Deployment' },
      scope: 'Namespaced',
      singularResource: 'deployment',
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      shortNames: ['deploy'],
      categories: ['all'],
      subresources: [
        {
          subresource: 'scale',
          responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
          verbs: ['get', 'patch', 'update'],
        },
        {
          subresource: 'status',
          responseKind: { group: '', version: '', kind: 'Deployment' },
          verbs: ['get', 'patch', 'update'],
        },
      ],
    });
  });

  it('serves an OpenAPI document for each group version', async () => {
    const index = ok(await member.get('/openapi/v3'));
    const url = at(index, 'paths', 'apis/apps/v1', 'serverRelativeURL');
    assert.match(String(url), /^\/openapi\/v3\/apis\/apps\/v1/);
    const document = ok(await member.get(String(url)));
    const deployment = at(document, 'components.schemas', 'io.k8s.api.apps.v1.Deployment');
    assert.deepEqual(at(deployment, 'x-kubernetes-group-version-kind'), [
      { group: 'apps', version: 'v1', kind: 'Deployment' },
    ]);
  });

  it('answers 404 for an unknown group, version or resource', async () => {
    for (const path of ['/apis/nowhere.example', '/apis/apps/v9', '/nowhere']) {
      assert.equal((await member.get(path)).status, 404, path);
    }
    const path = '/apis/apps/v1/namespaces/default/rockets';
    const answer = await member.get(path);
    assert.equal(answer.status, 404);
    refused(await member.get('/api/v1/namespaces/default/configmaps/a'), 404, 'NotFound');
  });
});

function named(entries: unknown, name: string): Readonly<Record<string, unknown>> {
  const found = (entries as readonly Readonly<Record<string, unknown>>[]).find(
    (entry) => entry.name === name,
  );
  assert.ok(found, `${name} is listed`);
  return found;
}
