/** Defaults of pod specs in pods and templates. Source: responses of a real API server. */
import { type Fields, isFields, textAt } from '../object.ts';
import { ensureFields, fill, itemsOf } from './fill.ts';

/** Sets the defaults of a pod template, in place. */
export function setTemplateDefaults(template: Fields): void {
  ensureFields(template, 'metadata');
  setPodSpecDefaults(ensureFields(template, 'spec'));
}

/** Sets the defaults of a pod spec, in place. */
export function setPodSpecDefaults(spec: Fields): void {
  fill(spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  });
  const account = spec.serviceAccountName ?? spec.serviceAccount;
  if (account !== undefined)
    Object.assign(spec, { serviceAccountName: account, serviceAccount: account });
  for (const container of containersOf(spec)) setContainerDefaults(container, spec);
  for (const volume of itemsOf(spec, 'volumes')) setVolumeDefaults(volume);
}

/** Returns the init containers, then the containers of a pod spec. */
export function containersOf(spec: Fields): Fields[] {
  return [...itemsOf(spec, 'initContainers'), ...itemsOf(spec, 'containers')];
}

function setContainerDefaults(container: Fields, spec: Fields): void {
  fill(container, {
    imagePullPolicy: pullPolicy(textAt(container, 'image') ?? ''),
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
  for (const port of itemsOf(container, 'ports')) {
    fill(port, { protocol: 'TCP' });
    if (spec.hostNetwork === true) fill(port, { hostPort: port.containerPort ?? 0 });
  }
  for (const variable of itemsOf(container, 'env')) setFieldRefDefault(variable.valueFrom);
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container[name];
    if (isFields(probe)) setProbeDefaults(probe);
  }
  for (const hook of Object.values(isFields(container.lifecycle) ? container.lifecycle : {})) {
    if (isFields(hook) && isFields(hook.httpGet)) fill(hook.httpGet, { path: '/', scheme: 'HTTP' });
  }
}

/**
 * Returns the default pull policy: Always for an image without a tag or with `latest`, which may
 * change.
 */
function pullPolicy(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1);
  if (name.includes('@')) return 'IfNotPresent';
  const colon = name.indexOf(':');
  return colon < 0 || name.slice(colon + 1) === 'latest' ? 'Always' : 'IfNotPresent';
}

function setProbeDefaults(probe: Fields): void {
  fill(probe, { failureThreshold: 3, periodSeconds: 10, successThreshold: 1, timeoutSeconds: 1 });
  if (isFields(probe.httpGet)) fill(probe.httpGet, { path: '/', scheme: 'HTTP' });
  if (isFields(probe.grpc)) fill(probe.grpc, { service: '' });
}

function setFieldRefDefault(source: Fields[string] | undefined): void {
  if (isFields(source) && isFields(source.fieldRef)) fill(source.fieldRef, { apiVersion: 'v1' });
}

const defaultMode = 0o644;

function setVolumeDefaults(volume: Fields): void {
  if (Object.keys(volume).length === 1) volume.emptyDir = {};
  for (const name of ['configMap', 'secret', 'downwardAPI', 'projected']) {
    const source = volume[name];
    if (isFields(source)) fill(source, { defaultMode });
  }
  if (isFields(volume.hostPath)) fill(volume.hostPath, { type: '' });
  for (const item of itemsOf(volume.downwardAPI, 'items')) setFieldRefDefault(item);
  for (const source of itemsOf(volume.projected, 'sources')) {
    if (isFields(source.serviceAccountToken)) {
      fill(source.serviceAccountToken, { expirationSeconds: 3600 });
    }
    for (const item of itemsOf(source.downwardAPI, 'items')) setFieldRefDefault(item);
  }
}
