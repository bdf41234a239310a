/** A fleet as Karmada leaves it: its control plane, and members with the objects that its controllers made. */
import type { KubeObject } from '#model/object.ts';
import type { Api } from './api.ts';
import { karmadaDefinitions } from './karmada-definitions.ts';
import {
  type Member,
  manifestFor,
  policies,
  shopMaps,
  shopServices,
  template,
  templates,
  web,
} from './karmada-objects.ts';
import { namespace } from './objects.ts';

/** API servers of the fleet by name. */
export interface KarmadaFleet {
  readonly karmada: Api;
  readonly member1: Api;
  readonly member2: Api;
}

/** The paths of the objects that Git holds after an import, in each member. */
export const heldByGit: readonly string[] = [
  '/api/v1/namespaces/shop',
  web,
  `${shopMaps}/settings`,
  `${shopServices}/web`,
];

/** Makes the control plane and the members. */
export async function startKarmada({ karmada, ...members }: KarmadaFleet): Promise<void> {
  for (const definition of karmadaDefinitions) {
    await karmada.create(
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      'karmadactl',
      definition,
    );
  }
  for (const name of ['shop', 'karmada-system', 'karmada-es-member1', 'karmada-es-member2']) {
    await karmada.create('/api/v1/namespaces', 'karmadactl', namespace(name));
  }
  await startControllers(karmada);
  for (const [path, object] of Object.entries(templates)) {
    await karmada.create(parentOf(path), 'kubectl-client-side-apply', object);
  }
  for (const [path, object] of policies()) await karmada.createOnceServed(path, 'kubectl', object);
  for (const member of ['member1', 'member2'] as const) {
    await makeMember(members[member], member, karmada);
  }
  await addOthers(members.member1, members.member2);
}

function parentOf(path: string): string {
  return path.replace(/\/[^/]+$/, '');
}

/** Creates the Deployments of Karmada's controllers, which play no other part. */
async function startControllers(karmada: Api): Promise<void> {
  for (const name of ['karmada-controller-manager', 'karmada-scheduler']) {
    const labels = { app: name };
    await karmada.create('/apis/apps/v1/namespaces/karmada-system/deployments', 'karmadactl', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'karmada-system' },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name, image: name }] } },
      },
    });
  }
}

/** Writes the Works of a member, and what Karmada's execution controller makes of them. */
async function makeMember(api: Api, member: Member, karmada: Api): Promise<void> {
  const home = template({ ...namespace('shop') });
  const { namespace: _, ...metadata } = home.metadata;
  const legacy = template({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'legacy' },
    data: { a: '1' },
  });
  const objects: readonly (readonly [string, KubeObject])[] = [
    ['/api/v1/namespaces', { ...home, metadata: { ...metadata, labels: {}, annotations: {} } }],
    ...Object.entries(templates).map(([path, object]) => [parentOf(path), object] as const),
    ...(member === 'member1' ? [[shopMaps, legacy] as const] : []),
  ];
  for (const [path, object] of objects) {
    const manifest = manifestFor(object, member);
    const { name } = manifest.metadata;
    await api.create(path, 'karmada-controller-manager', manifest);
    await karmada.createOnceServed(
      `/apis/work.karmada.io/v1alpha1/namespaces/karmada-es-${member}/works`,
      'karmada-controller-manager',
      {
        apiVersion: 'work.karmada.io/v1alpha1',
        kind: 'Work',
        metadata: {
          name: `${name}-${object.kind.toLowerCase()}`,
          namespace: `karmada-es-${member}`,
          finalizers: ['karmada.io/execution-controller'],
        },
        spec: { workload: { manifests: [manifest] } },
      },
    );
  }
}

/** Adds what other managers of the members leave: a label, a finalizer, a restored backup, and Karmada's own access. */
async function addOthers(member1: Api, member2: Api): Promise<void> {
  await member1.edit(web, 'team-controller', { metadata: { labels: { team: 'a' } } });
  await member1.edit(`${shopMaps}/settings`, 'guard', {
    metadata: { finalizers: ['example.com/guard'] },
  });
  const settings = (await member2.get(`${shopMaps}/settings`)) as KubeObject;
  await member2.delete(`${shopMaps}/settings`);
  const { uid: _, resourceVersion: __, managedFields: ___, ...metadata } = settings.metadata;
  await member2.create(shopMaps, 'velero-server', { ...settings, metadata });
  const labels = { 'karmada.io/system': 'true' };
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  await member1.create('/api/v1/namespaces', 'karmadactl', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'karmada-cluster', labels },
  });
  await member1.create(`${rbac}/clusterroles`, 'karmadactl', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'karmada-controller-manager:karmada-member1', labels },
    rules: [],
  });
}
