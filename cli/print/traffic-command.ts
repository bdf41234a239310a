import type { Decisions } from '#compiler/decisions.ts';
import { gvkOf, type KubeObject, valueAt } from '#model/object.ts';
import { section } from './layout.ts';

/** Returns the command that follows requests to a Service, or by the rules of a VirtualService; nothing without a mesh. */
export function trafficLines(object: KubeObject, decisions: Decisions): readonly string[] {
  const host = hostOf(object);
  if (host === undefined || !hasMesh(decisions)) return [];
  return section('traffic', [`regatta traffic${host === '' ? '' : ` ${host}`}`]);
}

/** Returns '' for a VirtualService whose host stands for all hosts; undefined for other objects. */
function hostOf(object: KubeObject): string | undefined {
  const { kind, metadata } = object;
  if (gvkOf(object).group === '' && kind === 'Service') {
    return `${metadata.name}.${metadata.namespace ?? 'default'}`;
  }
  if (kind !== 'VirtualService') return undefined;
  const hosts = valueAt(object, ['spec', 'hosts']);
  const [first] = Array.isArray(hosts) ? hosts : [];
  return typeof first !== 'string' || first.includes('*') ? '' : first;
}

function hasMesh({ settings, repository }: Decisions): boolean {
  return (
    settings.meshes.length > 0 ||
    repository.templates.some(({ object }) => /\.istio\.io$/.test(gvkOf(object).group))
  );
}
