import type { Start } from './proxies.ts';

/**
 * Names a proxy in output: `gateway default/ingress on member1`, `workload default/web on member1`, or
 * `default on member1, such as web` for a workload that stands for its namespace.
 */
export function nameOf({ proxy, workload, isExample }: Start): string {
  const name = workload.slice(workload.indexOf('/') + 1);
  if (isExample) return `${proxy.namespace} on ${proxy.cluster}, such as ${name}`;
  const kind = proxy.type === 'router' ? 'gateway' : 'workload';
  return `${kind} ${proxy.namespace}/${name} on ${proxy.cluster}`;
}

/** Returns the part of a name that stays the same while another workload stands for the namespace. */
export function lastingName(name: string): string {
  return name.replace(/, such as .*$/, '');
}
