export type Fields = Readonly<Record<string, unknown>>;

export function meta(
  namespace: string,
  name: string = 'a',
): Readonly<Record<'name' | 'namespace', string>> {
  return { name, namespace };
}

const container = { name: 'a', image: 'registry.invalid/a' };

export function pod(fields: Fields, own: Fields = {}): Fields {
  return { containers: [{ ...container, ...own }], ...fields };
}

export function deployment(spec: Fields, namespace = 'shop'): Fields {
  const labels = { app: 'a' };
  const template = { metadata: { labels }, spec };
  const fields = { selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta(namespace), spec: fields };
}

/** Specs of pods that reach their node. */
export const pods: Readonly<Record<string, Fields>> = {
  'a privileged init container': pod({
    initContainers: [{ ...container, name: 'b', securityContext: { privileged: true } }],
  }),
  'an added capability': pod({}, { securityContext: { capabilities: { add: ['SYS_ADMIN'] } } }),
  'the network of the node': pod({ hostNetwork: true }),
  'the processes of the node': pod({ hostPID: true }),
  'the IPC of the node': pod({ hostIPC: true }),
  'a port of the node': pod({}, { ports: [{ containerPort: 80, hostPort: 80 }] }),
  'a host process': pod({
    hostNetwork: true,
    securityContext: { windowsOptions: { hostProcess: true } },
  }),
};

/** What the Baseline level of Pod Security denies besides: each of it weakens what separates a pod from its node. */
export const unconfined: Readonly<Record<string, Fields>> = {
  'no seccomp profile': pod({ securityContext: { seccompProfile: { type: 'Unconfined' } } }),
  'no seccomp profile for a container': pod(
    {},
    { securityContext: { seccompProfile: { type: 'Unconfined' } } },
  ),
  'no AppArmor profile': pod({ securityContext: { appArmorProfile: { type: 'Unconfined' } } }),
  'an SELinux type of the node': pod(
    {},
    { securityContext: { seLinuxOptions: { type: 'spc_t' } } },
  ),
  'an SELinux role': pod({ securityContext: { seLinuxOptions: { role: 'sysadm_r' } } }),
  'a sysctl of the node': pod({
    securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '65536' }] },
  }),
  'a probe of another host': pod(
    {},
    { livenessProbe: { httpGet: { host: '127.0.0.1', port: 1 } } },
  ),
  'a hook at another host': pod(
    {},
    { lifecycle: { preStop: { httpGet: { host: '169.254.169.254', port: 80 } } } },
  ),
};
