import { deployment, type Fields, meta, pod, pods, unconfined } from './agent-limit-pods.ts';

/** A write of the agent. */
export interface LimitCase {
  readonly name: string;
  readonly object: object;
  /** Deletes the object instead of applying it. */
  readonly remove?: boolean;
}

interface DeniedCase extends LimitCase {
  readonly message: RegExp;
  /** No parameter allows it. */
  readonly always?: boolean;
}

function namespaceWith(name: string, labels: Fields): Fields {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function configMap(namespace: string, name: string): Fields {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta(namespace, name), data: {} };
}

const privileged = pod({}, { securityContext: { privileged: true } });
const hostPath = pod({ volumes: [{ name: 'root', hostPath: { path: '/' } }] });
const securityLabel = { 'pod-security.kubernetes.io/enforce': 'privileged' };
const batch = { apiVersion: 'batch/v1', metadata: meta('shop') };
const template = { spec: { ...hostPath, restartPolicy: 'Never' } };
const workloads: Readonly<Record<string, Fields>> = {
  Pod: { apiVersion: 'v1', kind: 'Pod', metadata: meta('shop'), spec: privileged },
  Deployment: deployment(privileged),
  StatefulSet: { ...deployment(privileged), kind: 'StatefulSet' },
  DaemonSet: { ...deployment(hostPath), kind: 'DaemonSet' },
  ReplicaSet: { ...deployment(hostPath), kind: 'ReplicaSet' },
  Job: { ...batch, kind: 'Job', spec: { template } },
  CronJob: {
    ...batch,
    kind: 'CronJob',
    spec: { schedule: '* * * * *', jobTemplate: { spec: { template } } },
  },
  PodTemplate: { apiVersion: 'v1', kind: 'PodTemplate', metadata: meta('shop'), template },
  ReplicationController: {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: meta('shop'),
    spec: {
      selector: { app: 'a' },
      template: { metadata: { labels: { app: 'a' } }, spec: hostPath },
    },
  },
};

const unconfinedByAnnotation = {
  ...deployment({}),
  spec: {
    selector: { matchLabels: { app: 'a' } },
    template: {
      metadata: {
        labels: { app: 'a' },
        annotations: { 'container.apparmor.security.beta.kubernetes.io/a': 'unconfined' },
      },
      spec: pod({}),
    },
  },
};

const parameter = /of ConfigMap regatta-system\/regatta-agent-limits/;
const toNode =
  /the agent may not (run privileged or unconfined pods|use a node's .*) in namespace shop: add it to privilegedNamespaces of/;

export const deniedCases: readonly DeniedCase[] = [
  ...Object.entries(workloads).map(([name, object]) => ({
    name,
    object,
    message: toNode,
    always: true,
  })),
  ...Object.entries({ ...pods, ...unconfined }).map(([name, spec]) => ({
    name,
    object: deployment(spec),
    message: toNode,
    always: true,
  })),
  {
    name: 'no AppArmor profile, by annotation',
    object: unconfinedByAnnotation,
    message: toNode,
    always: true,
  },
  {
    name: 'access to devices that other pods use',
    object: namespaceWith('shop', { 'resource.kubernetes.io/admin-access': 'true' }),
    message: /the agent may not change pod-security or admin-access labels of namespace shop/,
    always: true,
  },
  {
    name: 'a Lease of another program in regatta-system',
    object: {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: meta('regatta-system', 'controller'),
      spec: {},
    },
    message: /only its Lease, inventory, status and Events in regatta-system/,
    always: true,
  },
  {
    name: 'a PersistentVolume on the node',
    object: {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'a' },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        hostPath: { path: '/' },
      },
    },
    message: parameter,
    always: true,
  },
  {
    name: 'a write in kube-system',
    object: configMap('kube-system', 'a'),
    message: /set kubeSystem: Allow in ConfigMap/,
  },
  {
    name: 'the labels of kube-system',
    object: namespaceWith('kube-system', { a: 'b' }),
    message: /set kubeSystem: Allow in ConfigMap/,
  },
  ...['shop', 'regatta-system', 'new'].map((name) => ({
    name: `a pod-security label of ${name}`,
    object: namespaceWith(name, securityLabel),
    message:
      /the agent may not change pod-security or admin-access labels of namespace .*: add it to privilegedNamespaces|only its Lease/,
    always: true,
  })),
  ...[
    configMap('regatta-system', 'other'),
    configMap('regatta-system', 'regatta-agent-limits'),
    deployment(pod({}), 'regatta-system'),
    { apiVersion: 'v1', kind: 'Secret', metadata: meta('regatta-system', 'regatta-git') },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta('regatta-system', 'regatta-agent') },
  ].map((object) => ({
    name: `${object.kind} ${object.metadata} of regatta-system`,
    object,
    message: /only its Lease, inventory, status and Events in regatta-system/,
    always: true,
  })),
  {
    name: 'the deletion of its own limits',
    object: configMap('regatta-system', 'regatta-agent-limits'),
    remove: true,
    message: /only its Lease, inventory, status and Events in regatta-system/,
    always: true,
  },
];

const restricted = {
  'pod-security.kubernetes.io/enforce': 'restricted',
  'pod-security.kubernetes.io/warn': 'restricted',
};
const event = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: meta('regatta-system', 'a.1'),
  involvedObject: { kind: 'Namespace', name: 'shop', namespace: 'regatta-system' },
};

export const allowedCases: readonly LimitCase[] = [
  { name: 'a Deployment', object: deployment(pod({}, { ports: [{ containerPort: 80 }] })) },
  {
    name: 'a Deployment with harmless capabilities',
    object: deployment(
      pod(
        {},
        { securityContext: { privileged: false, capabilities: { add: ['CHOWN'], drop: ['ALL'] } } },
      ),
    ),
  },
  {
    name: 'a Deployment with profiles, safe sysctls and probes of its own',
    object: deployment(
      pod(
        {
          securityContext: {
            seccompProfile: { type: 'RuntimeDefault' },
            appArmorProfile: { type: 'RuntimeDefault' },
            seLinuxOptions: { level: 's0:c123,c456' },
            sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
          },
        },
        {
          livenessProbe: { httpGet: { path: '/', port: 80 } },
          readinessProbe: { tcpSocket: { port: 80 } },
          lifecycle: { preStop: { exec: { command: ['true'] } } },
        },
      ),
    ),
  },
  { name: 'a ConfigMap', object: configMap('shop', 'a') },
  {
    name: 'a cluster-wide object',
    object: {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'a' },
      value: 1,
    },
  },
  { name: 'a Namespace', object: namespaceWith('new', { team: 'a' }) },
  { name: 'labels of a Namespace', object: namespaceWith('shop', { team: 'a' }) },
  { name: 'its own Namespace, unchanged', object: namespaceWith('regatta-system', restricted) },
  { name: 'its inventory', object: configMap('regatta-system', 'regatta-inventory.k3v9q2m7xd') },
  { name: 'its status', object: configMap('regatta-system', 'regatta-status.k3v9q2m7xd') },
  {
    name: 'its Lease',
    object: {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: meta('regatta-system', 'regatta.k3v9q2m7xd'),
      spec: {},
    },
  },
  { name: 'an Event', object: event },
];

export const onlyWithParameter: readonly LimitCase[] = [
  { name: 'a privileged pod', object: deployment(privileged, 'cni') },
  { name: 'the files of a node', object: deployment(hostPath, 'cni') },
  ...Object.entries(unconfined).map(([name, spec]) => ({ name, object: deployment(spec, 'cni') })),
  { name: 'a pod-security label', object: namespaceWith('cni', securityLabel) },
  { name: 'a write in kube-system', object: configMap('kube-system', 'a') },
  {
    name: 'a pod on the network of the node in kube-system',
    object: deployment(pod({ hostNetwork: true }), 'kube-system'),
  },
];
