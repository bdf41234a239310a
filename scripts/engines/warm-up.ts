/**
 * Requests that an engine answers when `npm run engines` builds it. The module then contains the state
 * that they create.
 */
import type { EngineName } from '#io/engine/call.ts';
import { warmMesh } from './warm-mesh.ts';

const labels = { app: 'web' };
const podSpec = {
  containers: [
    {
      name: 'web',
      image: 'registry.example/web:1',
      ports: [{ containerPort: 80 }],
      env: [{ name: 'A', value: 'b' }],
      resources: { requests: { cpu: '1' } },
    },
  ],
};
const template = { metadata: { labels }, spec: { ...podSpec, restartPolicy: 'Always' } };
const jobTemplate = { spec: { template: { spec: { ...podSpec, restartPolicy: 'Never' } } } };
const selector = { matchLabels: labels };
const subject = { kind: 'ServiceAccount', name: 'web', namespace: 'shop' };
const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const rbac = 'rbac.authorization.k8s.io';
const roleRef = (kind: string) => ({ apiGroup: rbac, kind, name: 'web' });
const backend = { service: { name: 'web', port: { number: 80 } } };

/** An object of each kind that most repositories have, by API version and kind. */
const objects: Readonly<Record<string, object>> = {
  'v1 Namespace': {},
  'v1 ConfigMap': { data: { key: 'value' } },
  'v1 Secret': { stringData: { key: 'value' } },
  'v1 ServiceAccount': {},
  'v1 Service': { spec: { selector: labels, ports: [{ port: 80 }] } },
  'v1 PersistentVolumeClaim': { spec: claim },
  'apps/v1 Deployment': { spec: { replicas: 2, selector, template } },
  'apps/v1 StatefulSet': { spec: { serviceName: 'web', selector, template } },
  'apps/v1 DaemonSet': { spec: { selector, template } },
  'batch/v1 Job': jobTemplate,
  'batch/v1 CronJob': { spec: { schedule: '0 * * * *', jobTemplate } },
  'networking.k8s.io/v1 Ingress': { spec: { defaultBackend: backend } },
  'networking.k8s.io/v1 NetworkPolicy': { spec: { podSelector: selector } },
  'policy/v1 PodDisruptionBudget': { spec: { maxUnavailable: 1, selector } },
  'autoscaling/v2 HorizontalPodAutoscaler': {
    spec: {
      maxReplicas: 3,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    },
  },
  [`${rbac}/v1 Role`]: { rules },
  [`${rbac}/v1 ClusterRole`]: { rules },
  [`${rbac}/v1 RoleBinding`]: { subjects: [subject], roleRef: roleRef('Role') },
  [`${rbac}/v1 ClusterRoleBinding`]: { subjects: [subject], roleRef: roleRef('ClusterRole') },
};

/**
 * Requests by engine, in the order in which the engine answers them. Kustomize and Helm have no requests,
 * because the tables of a first build would add more to the size of their modules than they save in time.
 */
export const warmUps: { readonly [name in EngineName]: readonly object[] } = {
  kustomize: [],
  helm: [],
  istio: [warmMesh],
  kubernetes: [
    {
      release: '1.37',
      definitions: [],
      policies: [],
      namespaces: {},
      checks: Object.entries(objects).map(([name, fields], index) => {
        const [apiVersion, kind] = name.split(' ');
        const metadata = { name: 'web', namespace: 'shop' };
        return { id: `${index}`, object: { apiVersion, kind, metadata, ...fields } };
      }),
    },
  ],
};
