import { typeIn } from '#model/rendered-path.ts';

/** Kinds that carry no traffic and configure none. All others may be workloads; the labels of Namespaces select routes. */
const idleTypes =
  /^(configmap|secret|serviceaccount|limitrange|resourcequota|persistentvolume(claim)?|job\.batch|cronjob\.batch|.*\.(rbac\.authorization|apiextensions|scheduling|storage|policy|autoscaling)(\.k8s\.io)?)$/;

/**
 * Reports whether the object of a rendered file may be part of a mesh.
 *
 * @param path - relative to the cluster's directory
 */
export function isOfMesh(path: string): boolean {
  const type = typeIn(path);
  return path.endsWith('.yaml') && type !== '' && !idleTypes.test(type);
}
