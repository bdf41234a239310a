/** Columns of the kinds that are not workloads: Services, configuration, access, storage. */
import { itemsOf } from '../kinds/fill.ts';
import {
  type Fields,
  fieldsAt,
  isFields,
  type KubeObject,
  listAt,
  textAt,
  type Value,
  valueAt,
} from '../object.ts';
import { age, type Column, column, count, createdAt, labelsText, text, wide } from './column.ts';
import { ageOf } from './duration.ts';

const data = column('Data', (object) => {
  return (
    Object.keys(fieldsAt(object, 'data')).length +
    Object.keys(fieldsAt(object, 'binaryData')).length
  );
});

const roleColumns: readonly Column[] = [
  column('Role', (binding) => {
    const { kind = '', name = '' } = fieldsAt(binding, 'roleRef');
    return `${String(kind)}/${String(name)}`;
  }),
  age,
  subjects('Users', 'User'),
  subjects('Groups', 'Group'),
  subjects('ServiceAccounts', 'ServiceAccount'),
];

const webhooks: readonly Column[] = [
  column('Webhooks', (object) => listAt(object, 'webhooks').length, 'integer'),
  age,
];

export const otherColumns: Readonly<Record<string, readonly Column[]>> = {
  Service: [
    text('Type', '', 'spec', 'type'),
    text('Cluster-IP', '<none>', 'spec', 'clusterIP'),
    column('External-IP', externalAddress),
    column('Port(s)', servicePorts),
    age,
    wide('Selector', (service) => labelsText(fieldsAt(service, 'spec').selector)),
  ],
  Namespace: [text('Status', '', 'status', 'phase'), age],
  Node: [
    column('Status', nodeStatus),
    column('Roles', () => '<none>'),
    age,
    text('Version', '', 'status', 'nodeInfo', 'kubeletVersion'),
  ],
  ConfigMap: [data, age],
  Secret: [text('Type', '', 'type'), data, age],
  ServiceAccount: [age],
  Event: [
    column('Last Seen', (event) => ageOf(textAt(event, 'lastTimestamp'))),
    text('Type', '', 'type'),
    text('Reason', '', 'reason'),
    column('Object', (event) => {
      const { kind = '', name = '' } = fieldsAt(event, 'involvedObject');
      return `${String(kind).toLowerCase()}/${String(name)}`;
    }),
    wide('Source', (event) => textAt(event, 'source', 'component') ?? ''),
    text('Message', '', 'message'),
    { ...count('Count', 'count'), priority: 1 },
  ],
  Ingress: [
    text('Class', '<none>', 'spec', 'ingressClassName'),
    column('Hosts', (ingress) => {
      const hosts = itemsOf(ingress.spec, 'rules').map(({ host }) => String(host ?? '*'));
      return hosts.length === 0 ? '*' : hosts.join(',');
    }),
    column('Address', () => ''),
    column('Ports', (ingress) => (listAt(ingress, 'spec', 'tls').length > 0 ? '80, 443' : '80')),
    age,
  ],
  NetworkPolicy: [
    column('Pod-Selector', (policy) =>
      labelsText(valueAt(policy, 'spec', 'podSelector', 'matchLabels')),
    ),
    age,
  ],
  PersistentVolumeClaim: [
    text('Status', '', 'status', 'phase'),
    text('Volume', '', 'spec', 'volumeName'),
    text('Capacity', '', 'status', 'capacity', 'storage'),
    column('Access Modes', (claim) => listAt(claim, 'status', 'accessModes').join(',')),
    text('StorageClass', '', 'spec', 'storageClassName'),
    age,
  ],
  HorizontalPodAutoscaler: [
    column('Reference', (scaler) => {
      const { kind = '', name = '' } = fieldsAt(scaler, 'spec', 'scaleTargetRef');
      return `${String(kind)}/${String(name)}`;
    }),
    column('Targets', () => '<unknown>'),
    text('MinPods', '<unset>', 'spec', 'minReplicas'),
    { ...count('MaxPods', 'spec', 'maxReplicas'), type: 'string' },
    { ...count('Replicas', 'status', 'currentReplicas'), type: 'string' },
    age,
  ],
  PodDisruptionBudget: [
    text('Min Available', 'N/A', 'spec', 'minAvailable'),
    text('Max Unavailable', 'N/A', 'spec', 'maxUnavailable'),
    count('Allowed Disruptions', 'status', 'disruptionsAllowed'),
    age,
  ],
  Role: [createdAt],
  ClusterRole: [createdAt],
  LimitRange: [createdAt],
  RoleBinding: roleColumns,
  ClusterRoleBinding: roleColumns,
  Lease: [text('Holder', '', 'spec', 'holderIdentity'), age],
  PriorityClass: [
    count('Value', 'value'),
    column('Global-Default', (priority) => priority.globalDefault === true, 'boolean'),
    age,
  ],
  StorageClass: [
    text('Provisioner', '', 'provisioner'),
    text('ReclaimPolicy', '', 'reclaimPolicy'),
    text('VolumeBindingMode', '', 'volumeBindingMode'),
    age,
  ],
  CustomResourceDefinition: [
    text('Scope', '', 'spec', 'scope'),
    column('Versions', (definition) =>
      itemsOf(definition.spec, 'versions')
        .map(({ name, storage }) => `${String(name)}${storage === true ? '(storage)' : ''}`)
        .join(','),
    ),
    createdAt,
  ],
  MutatingWebhookConfiguration: webhooks,
  ValidatingWebhookConfiguration: webhooks,
};

function subjects(name: string, kind: string): Column {
  return wide(name, (binding) =>
    itemsOf(binding, 'subjects')
      .filter((subject) => subject.kind === kind)
      .map(
        (subject) =>
          (kind === 'ServiceAccount' ? `${String(subject.namespace)}/` : '') + String(subject.name),
      )
      .join(', '),
  );
}

function externalAddress(service: KubeObject): Value {
  const spec = fieldsAt(service, 'spec');
  if (spec.type === 'ExternalName') return String(spec.externalName ?? '');
  const given = listAt(spec, 'externalIPs');
  if (given.length > 0) return given.join(',');
  return spec.type === 'LoadBalancer' ? '<pending>' : '<none>';
}

function servicePorts(service: KubeObject): Value {
  const ports = itemsOf(service.spec, 'ports');
  return ports.length === 0 ? '<none>' : ports.map(printPort).join(',');
}

function printPort({ port, nodePort, protocol }: Fields): string {
  const node = nodePort === undefined ? '' : `:${String(nodePort)}`;
  return `${String(port)}${node}/${String(protocol)}`;
}

function nodeStatus(node: KubeObject): Value {
  const ready = itemsOf(node.status, 'conditions').find(({ type }) => type === 'Ready');
  const cordoned = isFields(node.spec) && node.spec.unschedulable === true;
  const state = ready?.status === 'True' ? 'Ready' : 'NotReady';
  return cordoned ? `${state},SchedulingDisabled` : state;
}
