import type { KubeObject } from '#model/object.ts';

export const core = '/api/v1/namespaces/default';

/** A fixed object: its path in the API, and its manifest before and after a change that only a new object can have. */
export interface Fixed {
  readonly path: string;
  readonly make: (value: 0 | 1) => KubeObject;
}

export function object(apiVersion: string, kind: string, name: string, fields: object): KubeObject {
  const metadata = { name, annotations: { 'regatta.dev/replace': 'true' } };
  return { apiVersion, kind, metadata, ...fields };
}

export function inDefault({ metadata, ...rest }: KubeObject): KubeObject {
  return { ...rest, metadata: { ...metadata, namespace: 'default' } } as KubeObject;
}

const rbac = 'rbac.authorization.k8s.io';

export function claim(name: string, size: string, storageClassName = 'one'): KubeObject {
  const resources = { requests: { storage: size } };
  const spec = { storageClassName, accessModes: ['ReadWriteOnce'], resources };
  return inDefault(object('v1', 'PersistentVolumeClaim', name, { spec }));
}

export function service(name: string, spec: object): KubeObject {
  return inDefault(object('v1', 'Service', name, { spec }));
}

export const fixed: Readonly<Record<string, Fixed>> = {
  Pod: {
    path: `${core}/pods/fixed`,
    make: (value) => {
      const containers = ['main', 'helper'].map((name) => ({ name, image: 'pause:1' }));
      return inDefault(
        object('v1', 'Pod', 'fixed', { spec: { containers: containers.slice(0, value + 1) } }),
      );
    },
  },
  VolumeAttributesClass: {
    path: '/apis/storage.k8s.io/v1/volumeattributesclasses/fixed',
    make: (value) =>
      object('storage.k8s.io/v1', 'VolumeAttributesClass', 'fixed', {
        driverName: 'disks.example',
        parameters: { iops: String(value) },
      }),
  },
  RoleBinding: {
    path: `/apis/${rbac}/v1/namespaces/default/rolebindings/fixed`,
    make: (value) =>
      inDefault(
        object(`${rbac}/v1`, 'RoleBinding', 'fixed', {
          roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: ['view', 'edit'][value] },
        }),
      ),
  },
  StorageClass: {
    path: '/apis/storage.k8s.io/v1/storageclasses/fixed',
    make: (value) =>
      object('storage.k8s.io/v1', 'StorageClass', 'fixed', { provisioner: `p${value}.example` }),
  },
  PersistentVolumeClaim: {
    path: `${core}/persistentvolumeclaims/fixed`,
    make: (value) => claim('fixed', '1Gi', `class-${value}`),
  },
  PersistentVolume: {
    path: '/api/v1/persistentvolumes/fixed',
    make: (value) =>
      object('v1', 'PersistentVolume', 'fixed', {
        spec: {
          accessModes: ['ReadWriteOnce'],
          capacity: { storage: '1Gi' },
          csi: { driver: 'disks.example', volumeHandle: `v${value}` },
          // No claim of this test binds it.
          storageClassName: 'none',
        },
      }),
  },
  Service: {
    path: `${core}/services/fixed`,
    make: (value) =>
      service('fixed', {
        type: 'NodePort',
        clusterIP: `10.96.0.7${value}`,
        ports: [{ port: 80, nodePort: 30123 }],
      }),
  },
  'default PriorityClass': {
    path: '/apis/scheduling.k8s.io/v1/priorityclasses/most',
    make: (value) =>
      object('scheduling.k8s.io/v1', 'PriorityClass', 'most', { globalDefault: true, value }),
  },
};
