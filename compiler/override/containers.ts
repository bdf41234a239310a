import { isFieldMap, type KubeObject } from '#model/object.ts';
import { pointerTo } from '#model/pointer.ts';
import type { OverrideFault } from './overrider.ts';

/** A container of an object's pod template, and the JSON pointer to it. */
export interface LocatedContainer {
  readonly pointer: string;
  readonly container: Readonly<Record<string, unknown>>;
}

/** Paths of the pod specification, for the kinds that overriders support in any API group. */
const podSpecs: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['Pod', ['spec']],
  ...['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job'].map(
    (kind) => [kind, ['spec', 'template', 'spec']] as const,
  ),
]);

/**
 * Returns the containers that overriders change, without init containers; none for other kinds.
 * Returns a fault if an earlier override replaced the list by another value.
 *
 * Source: Karmada v1.18, pkg/util/overridemanager/{imageoverride,commandargsoverride}.go.
 */
export function containersOf(object: KubeObject): readonly LocatedContainer[] | OverrideFault {
  const path = podSpecs.get(object.kind);
  if (path === undefined) return [];
  const keys = [...path, 'containers'];
  let value: unknown = object;
  for (const [depth, key] of keys.entries()) {
    value = (value as Readonly<Record<string, unknown>>)[key] ?? undefined;
    if (value === undefined) return [];
    const isList = Array.isArray(value);
    const isFit = key === 'containers' ? isList : isFieldMap(value) && !isList;
    if (!isFit) return misfit(keys.slice(0, depth + 1));
  }
  return (value as readonly unknown[]).flatMap((container, index) =>
    isFieldMap(container) ? [{ pointer: `${pointerTo(keys)}/${index}`, container }] : [],
  );
}

function misfit(keys: readonly string[]): OverrideFault {
  const expected = keys.at(-1) === 'containers' ? 'list' : 'map';
  return {
    message: `has no ${expected} at ${pointerTo(keys)}, so its containers cannot be found`,
  };
}
