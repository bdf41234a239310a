/** Where a pod refers to other objects of its namespace. */

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

/** The kinds of the objects that the fields refer to. */
export const referencedKinds = [
  ['configMaps', 'ConfigMap'],
  ['secrets', 'Secret'],
  ['serviceAccounts', 'ServiceAccount'],
  ['claims', 'PersistentVolumeClaim'],
] as const;

const containers = ['containers', 'initContainers', 'ephemeralContainers'];

/** Paths at which a pod refers to ConfigMaps or Secrets for its environment. */
function environment(source: string): readonly string[] {
  return containers.flatMap((list) => [
    `spec/${list}/*/envFrom/*/${source}Ref/name`,
    `spec/${list}/*/env/*/valueFrom/${source}KeyRef/name`,
  ]);
}

/** The references of a pod or a pod template, from its top. */
export const podReferencePaths: ReferencePaths = {
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
