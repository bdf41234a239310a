import type { DependentObjectReference } from '#model/dependency.ts';
import { byText } from '#model/object.ts';
import { textsAt } from './fields.ts';

/**
 * Patterns of the fields that refer to other objects of the namespace: keys joined by slashes, `*`
 * for every item.
 */
export interface ReferencePaths {
  readonly configMaps?: readonly string[];
  readonly secrets?: readonly string[];
  readonly serviceAccounts?: readonly string[];
  readonly claims?: readonly string[];
}

const kinds = [
  ['configMaps', 'ConfigMap'],
  ['secrets', 'Secret'],
  ['serviceAccounts', 'ServiceAccount'],
  ['claims', 'PersistentVolumeClaim'],
] as const;

/**
 * Returns the objects that the fields at some paths refer to, by kind and name, without duplicates.
 */
export function referencesAt(
  value: unknown,
  paths: ReferencePaths,
  namespace: string | undefined,
): readonly DependentObjectReference[] {
  return kinds.flatMap(([field, kind]) => {
    const names = new Set((paths[field] ?? []).flatMap((path) => textsAt(value, path)));
    return [...names]
      .filter((name) => name !== '')
      .sort(byText)
      .map((name) => ({ apiVersion: 'v1', kind, namespace, name }));
  });
}

const containers = ['containers', 'initContainers', 'ephemeralContainers'];

/** Paths at which a pod refers to ConfigMaps or Secrets for its environment. */
function environment(source: string): readonly string[] {
  return containers.flatMap((list) => [
    `spec/${list}/*/envFrom/*/${source}Ref/name`,
    `spec/${list}/*/env/*/valueFrom/${source}KeyRef/name`,
  ]);
}

const podPaths: ReferencePaths = {
  configMaps: [
    ...environment('configMap'),
    'spec/volumes/*/configMap/name',
    'spec/volumes/*/projected/sources/*/configMap/name',
  ],
  secrets: [
    ...environment('secret'),
    'spec/imagePullSecrets/*/name',
    'spec/volumes/*/azureFile/secretName',
    'spec/volumes/*/cephfs/secretRef/name',
    'spec/volumes/*/cinder/secretRef/name',
    'spec/volumes/*/csi/nodePublishSecretRef/name',
    'spec/volumes/*/flexVolume/secretRef/name',
    'spec/volumes/*/iscsi/secretRef/name',
    'spec/volumes/*/projected/sources/*/secret/name',
    'spec/volumes/*/rbd/secretRef/name',
    'spec/volumes/*/scaleIO/secretRef/name',
    'spec/volumes/*/secret/secretName',
    'spec/volumes/*/storageos/secretRef/name',
  ],
  serviceAccounts: ['spec/serviceAccountName'],
  claims: ['spec/volumes/*/persistentVolumeClaim/claimName'],
};

/**
 * Returns the dependencies of a pod, without the ServiceAccount `default`, which every namespace
 * has.
 *
 * Source: Karmada v1.18, pkg/util/helper/pod.go, pkg/util/lifted/visitpod.go.
 */
export function podReferences(
  template: unknown,
  namespace: string | undefined,
): readonly DependentObjectReference[] {
  return referencesAt(template, podPaths, namespace).filter(
    ({ kind, name }) => kind !== 'ServiceAccount' || name !== 'default',
  );
}
