import type { KubeObject } from '#model/object.ts';

/** A container of an object's pod template, and the JSON pointer to it. */
export interface Container {
  readonly pointer: string;
  readonly container: Readonly<Record<string, unknown>>;
}

/** Where the kinds that overriders know have their pods, whatever the API group. */
const podSpecs: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['Pod', ['spec']],
  ...['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job'].map(
    (kind) => [kind, ['spec', 'template', 'spec']] as const,
  ),
]);

/**
 * The containers that overriders speak of: no init containers, and none of other kinds.
 *
 * Source: Karmada v1.18, pkg/util/overridemanager/{imageoverride,commandargsoverride}.go.
 */
export function containersOf(object: KubeObject): readonly Container[] {
  const path = podSpecs.get(object.kind);
  if (path === undefined) return [];
  const keys = [...path, 'containers'];
  const containers = keys.reduce<unknown>(memberOf, object);
  if (!Array.isArray(containers)) return [];
  return containers.flatMap((container, index) =>
    isFields(container) ? [{ pointer: `/${keys.join('/')}/${index}`, container }] : [],
  );
}

function memberOf(value: unknown, key: string): unknown {
  return isFields(value) ? value[key] : undefined;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
