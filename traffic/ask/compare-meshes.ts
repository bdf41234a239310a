import type { Mesh } from '../mesh/mesh.ts';
import { type Hosts, isDivisible, partOf } from '../mesh/part.ts';
import { compareTraffic, differingWays, type TrafficChange } from './compare.ts';
import { type Ask, askInParts, servicesIn, servicesOf } from './in-parts.ts';
import { startsFor } from './proxies.ts';
import { type ObjectChange, type Touched, touchedHosts, touchedRules } from './touched.ts';
import { type Part, type PlannedQuestion, planQuestion } from './traffic.ts';

/** A mesh in two commits, at least one of which has it. */
export interface MeshPair {
  readonly before?: Mesh | undefined;
  readonly after?: Mesh | undefined;
}

/**
 * Compares the traffic of a mesh in two commits. Of a large mesh, Istio reads only the Services that the changes concern.
 *
 * @param changes - the objects that differ; absent if settings or clusters differ, too
 * @throws Error if the engine could not answer
 */
export async function compareMeshes(
  { before, after }: MeshPair,
  changes: readonly ObjectChange[] | undefined,
  ask: Ask,
): Promise<readonly TrafficChange[]> {
  const hosts = changes && touchedParts({ before, after }, changes);
  if (changes !== undefined && hosts !== undefined && before !== undefined && after !== undefined) {
    return compareParts([before, after], { hosts, changes }, ask);
  }
  const [old, now] = [
    before && (await askInParts(before, {}, ask)),
    after && (await askInParts(after, {}, ask)),
  ];
  return compareTraffic(old, now);
}

function touchedParts(
  { before, after }: MeshPair,
  changes: readonly ObjectChange[],
): Hosts | undefined {
  const meshes = [before ?? [], after ?? []].flat();
  return meshes.every(isDivisible) ? touchedHosts(changes, meshes) : undefined;
}

/** Compares parts of a mesh until they have every Service that a changed way leads to. */
async function compareParts(
  [before, after]: readonly [Mesh, Mesh],
  { hosts: touched, changes }: Touched,
  ask: Ask,
): Promise<readonly TrafficChange[]> {
  const all = servicesIn(before).union(servicesIn(after));
  let hosts = touched;
  for (;;) {
    const rules = touchedRules([before, after], { hosts, changes });
    const [old, now] = [planPart(before, { hosts, rules }), planPart(after, { hosts, rules })];
    if (JSON.stringify(old.request) === JSON.stringify(now.request)) return [];
    const [was, is] = [await ask(old), await ask(now)];
    const named = new Set(differingWays(was, is).flatMap(servicesOf));
    const missing = named.intersection(all).difference(hosts);
    if (missing.size === 0) return compareTraffic(was, is);
    hosts = hosts.union(missing);
  }
}

function planPart(mesh: Mesh, part: Part): PlannedQuestion {
  const proxies = startsFor(mesh, undefined).map(({ proxy }) => proxy);
  return planQuestion(partOf(mesh, part.hosts, proxies), {}, part);
}
