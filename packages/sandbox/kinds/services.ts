/** Defaults, addresses and validation of Services. */
import { equal, type Fields, fieldsAt, type KubeObject, numberAt, textAt } from '../object.ts';
import { type Cause, invalidValue, required, unsupported } from '../status.ts';
import { ensureFields, fill, itemsOf } from './fill.ts';
import { serviceNameFaults } from './names.ts';
import type { ClusterFacts, Strategy } from './strategy.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

export const serviceStrategy: Strategy = {
  setDefaults(object) {
    const spec = ensureFields(object, 'spec');
    fill(spec, { sessionAffinity: 'None', type: 'ClusterIP' });
    if (spec.sessionAffinity === 'ClientIP') {
      fill(ensureFields(ensureFields(spec, 'sessionAffinityConfig'), 'clientIP'), {
        timeoutSeconds: 10800,
      });
    }
    for (const port of itemsOf(spec, 'ports')) {
      fill(port, { protocol: 'TCP' });
      if (spec.type !== 'ExternalName') fill(port, { targetPort: port.port ?? 0 });
    }
    if (spec.type === 'ExternalName') return;
    fill(spec, { internalTrafficPolicy: 'Cluster' });
    if (isExternal(spec)) fill(spec, { externalTrafficPolicy: 'Cluster' });
    if (spec.type === 'LoadBalancer') fill(spec, { allocateLoadBalancerNodePorts: true });
  },
  prepare(object, old, facts) {
    const spec = ensureFields(object, 'spec');
    if (old !== undefined) copyOmitted(spec, fieldsAt(old, 'spec'));
    if (spec.type !== 'ExternalName') allocate(spec, facts);
    ensureFields(ensureFields(object, 'status'), 'loadBalancer');
  },
  validate(object, old) {
    const spec = fieldsAt(object, 'spec');
    return [
      ...(old === undefined ? serviceNameFaults('metadata.name', object.metadata.name) : []),
      ...typeFaults(spec),
      ...portFaults(spec),
      ...addressFaults(spec, old),
    ];
  },
};

function isExternal(spec: Fields): boolean {
  return spec.type === 'NodePort' || spec.type === 'LoadBalancer';
}

/** Copies addresses and node ports that an update omits from the live object. */
function copyOmitted(spec: Fields, old: Fields): void {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return;
  for (const name of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) {
    const value = old[name];
    if (value !== undefined) fill(spec, { [name]: value });
  }
  if (!isExternal(spec)) return;
  const known = itemsOf(old, 'ports');
  for (const port of itemsOf(spec, 'ports')) {
    const same = known.find((one) => one.port === port.port && equal(one.protocol, port.protocol));
    if (same?.nodePort !== undefined) fill(port, { nodePort: same.nodePort });
  }
}

function allocate(spec: Fields, facts: ClusterFacts): void {
  const requested = textAt(spec, 'clusterIP') || undefined;
  const address = requested === 'None' ? 'None' : facts.allocateAddress(requested);
  if (address !== undefined) Object.assign(spec, { clusterIP: address, clusterIPs: [address] });
  const isSelectorless = spec.clusterIP === 'None' && spec.selector === undefined;
  fill(spec, {
    ipFamilies: isSelectorless ? ['IPv4', 'IPv6'] : ['IPv4'],
    ipFamilyPolicy: isSelectorless ? 'RequireDualStack' : 'SingleStack',
  });
  if (!isExternal(spec)) return;
  for (const port of itemsOf(spec, 'ports')) {
    if (port.nodePort === undefined) port.nodePort = facts.allocateNodePort();
  }
}

function typeFaults(spec: Fields): Cause[] {
  const type = textAt(spec, 'type') ?? '';
  if (!types.includes(type)) return [unsupported('spec.type', type, types)];
  const lacksName = type === 'ExternalName' && (textAt(spec, 'externalName') ?? '') === '';
  return lacksName ? [required('spec.externalName')] : [];
}

function portFaults(spec: Fields): Cause[] {
  const ports = itemsOf(spec, 'ports');
  const needsPorts = spec.type !== 'ExternalName' && spec.clusterIP !== 'None';
  if (ports.length === 0 && needsPorts) return [required('spec.ports')];
  return ports.flatMap((port, index) => {
    const path = `spec.ports[${index}]`;
    const number = numberAt(port, 'port') ?? 0;
    const why = 'must be between 1 and 65535, inclusive';
    return [
      ...(ports.length > 1 && (textAt(port, 'name') ?? '') === ''
        ? [required(`${path}.name`)]
        : []),
      ...(number < 1 || number > 65535 ? [invalidValue(`${path}.port`, number, why)] : []),
    ];
  });
}

function addressFaults(spec: Fields, old: KubeObject | undefined): Cause[] {
  const before = textAt(old, 'spec', 'clusterIP');
  const address = textAt(spec, 'clusterIP');
  if (before === undefined || address === before || spec.type === 'ExternalName') return [];
  const why = 'may not change once set';
  return [invalidValue('spec.clusterIPs[0]', [address ?? ''], why)];
}
