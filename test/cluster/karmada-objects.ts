/** Objects as Karmada's webhooks and controllers write them. */
import type { KubeObject } from '#model/object.ts';

export type Member = 'member1' | 'member2';

export const web = '/apis/apps/v1/namespaces/shop/deployments/web';
export const shopMaps = '/api/v1/namespaces/shop/configmaps';
export const shopServices = '/api/v1/namespaces/shop/services';

const id = (name: string) => `00000000-0000-4000-8000-${name.length.toString().padStart(12, '0')}`;
const claim = {
  labels: { 'propagationpolicy.karmada.io/permanent-id': id('policy') },
  annotations: {
    'propagationpolicy.karmada.io/name': 'web',
    'propagationpolicy.karmada.io/namespace': 'shop',
  },
};

/** Returns a template as Karmada's detector leaves it in the control plane. */
export function template(object: object): KubeObject {
  const { metadata, ...content } = object as KubeObject;
  const { labels, annotations } = metadata;
  return {
    ...content,
    metadata: {
      ...metadata,
      namespace: 'shop',
      labels: { ...labels, ...claim.labels },
      annotations: { ...annotations, ...claim.annotations },
    },
  } as KubeObject;
}

export const templates: Readonly<Record<string, KubeObject>> = {
  [web]: template({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels: { app: 'web' }, annotations: { owner: 'ada' } },
    spec: {
      replicas: 5,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
      },
    },
  }),
  [`${shopMaps}/settings`]: template({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
    data: { colour: 'red' },
  }),
  [`${shopServices}/web`]: template({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  }),
};

const replicas: Readonly<Record<Member, number>> = { member1: 3, member2: 2 };

/** Returns the manifest of a Work, as Karmada's binding controller and webhook write it. */
export function manifestFor(object: KubeObject, member: Member): KubeObject {
  const { metadata, spec } = object;
  const { name, namespace: home = '', labels = {}, annotations = {} } = metadata;
  const work = `${name}-${object.kind.toLowerCase()}`;
  const own = {
    'resourcebinding.karmada.io/name': work,
    'resourcebinding.karmada.io/namespace': home,
    'resourcetemplate.karmada.io/uid': id(work),
    'work.karmada.io/name': work,
    'work.karmada.io/namespace': `karmada-es-${member}`,
  };
  const bound =
    object.kind === 'Namespace' ? {} : { 'resourcebinding.karmada.io/permanent-id': id('b') };
  const marks = {
    ...bound,
    'karmada.io/managed': 'true',
    'work.karmada.io/permanent-id': id(work),
  };
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...labels, ...marks },
      annotations: {
        ...annotations,
        ...own,
        'resourcetemplate.karmada.io/managed-labels': Object.keys({ ...labels, ...marks }).join(),
      },
    },
    ...(object.kind === 'Deployment' && {
      spec: { ...(spec as object), replicas: replicas[member] },
    }),
  };
}

/** Returns the objects of Karmada's kinds in the control plane, with the paths of their collections. */
export function policies(): readonly (readonly [path: string, object: object])[] {
  const select = (apiVersion: string, kind: string) => ({ apiVersion, kind, namespace: 'shop' });
  const policy = '/apis/policy.karmada.io/v1alpha1/namespaces/shop/propagationpolicies';
  const binding = '/apis/work.karmada.io/v1alpha2/namespaces/shop/resourcebindings';
  const weights = Object.entries(replicas).map(([name, weight]) => ({
    targetCluster: { clusterNames: [name] },
    weight,
  }));
  const spec = {
    conflictResolution: 'Abort',
    placement: {
      clusterAffinity: { clusterNames: ['member1', 'member2'] },
      replicaScheduling: {
        replicaSchedulingType: 'Divided',
        replicaDivisionPreference: 'Weighted',
        weightPreference: { staticWeightList: weights },
      },
    },
    resourceSelectors: [
      select('apps/v1', 'Deployment'),
      select('v1', 'ConfigMap'),
      select('v1', 'Service'),
    ],
  };
  return [
    ...['member1', 'member2'].map((name) => {
      const metadata = { name, finalizers: ['karmada.io/cluster-controller'] };
      const cluster = {
        apiVersion: 'cluster.karmada.io/v1alpha1',
        kind: 'Cluster',
        metadata,
        spec: { syncMode: 'Push' },
      };
      return ['/apis/cluster.karmada.io/v1alpha1/clusters', cluster] as const;
    }),
    [
      policy,
      {
        apiVersion: 'policy.karmada.io/v1alpha1',
        kind: 'PropagationPolicy',
        metadata: { name: 'web', namespace: 'shop', labels: claim.labels },
        spec,
      },
    ],
    ...Object.values(templates).map(({ apiVersion, kind, metadata: { name } }) => {
      const divided = kind === 'Deployment';
      const clusters = (['member1', 'member2'] as const).map((member) => ({
        name: member,
        ...(divided && { replicas: replicas[member] }),
      }));
      const resource = { apiVersion, kind, name, namespace: 'shop' };
      const metadata = {
        name: `${name}-${kind.toLowerCase()}`,
        namespace: 'shop',
        annotations: claim.annotations,
      };
      const spec = { resource, clusters, ...(divided && { replicas: 5 }) };
      return [
        binding,
        { apiVersion: 'work.karmada.io/v1alpha2', kind: 'ResourceBinding', metadata, spec },
      ] as const;
    }),
  ];
}
