/** Asks about large meshes in parts, so that the cost of an answer follows the Services that it is about. */

import { valueAt } from '#model/object.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { type Hosts, hostKey, isDivisible } from '../mesh/part.ts';
import type { Way } from '../way/way.ts';
import { resolveHost } from './dns.ts';
import { startsFor } from './proxies.ts';
import type { MeshTraffic } from './report.ts';
import { namesIn, textsIn } from './touched.ts';
import { type PlannedQuestion, planQuestion, type Question } from './traffic.ts';

/** Answers a planned question. */
export type Ask = (planned: PlannedQuestion) => Promise<MeshTraffic>;

/**
 * Answers a question about a mesh. Of a large mesh, Istio reads only the Services that the answer names: it answers
 * again while its routes lead to Services that it has not read.
 *
 * @throws NoSuchObjectError if no workload is the one that the question names
 * @throws Error if the engine could not answer
 */
export async function askInParts(mesh: Mesh, question: Question, ask: Ask): Promise<MeshTraffic> {
  if (!isDivisible(mesh)) return ask(planQuestion(mesh, question));
  const all = servicesIn(mesh);
  let hosts = question.query === undefined ? all : hostsAsked(mesh, question);
  for (;;) {
    const traffic = await ask(planQuestion(mesh, question, { hosts }));
    const named = new Set(traffic.rows.flatMap(({ way }) => servicesOf(way)));
    const missing = named.intersection(all).difference(hosts);
    if (missing.size === 0) return traffic;
    hosts = hosts.union(missing);
  }
}

/** Returns the Services of a mesh. */
export function servicesIn({ clusters }: Mesh): Hosts {
  return new Set(clusters.flatMap(({ services }) => services.map(hostKey)));
}

/**
 * Returns the Services that the host of a question stands for, where its callers are, and those in rules that name the
 * host: the answer probably leads to these.
 */
function hostsAsked(mesh: Mesh, { query, from }: Question): Hosts {
  const host = query?.host ?? '';
  const callers = startsFor(mesh, from).filter(({ proxy }) => proxy.type === 'sidecar');
  const resolved = callers.map(({ proxy }) => resolveHost(mesh, proxy, host));
  const rules = mesh.config.filter(({ spec }) => textsIn(valueAt(spec, ['hosts'])).includes(host));
  return new Set([
    ...resolved.flatMap((one) => (one.type === 'service' ? [hostKey(one.service)] : [])),
    ...rules.flatMap((rule) => [...namesIn(rule)]),
  ]);
}

/** Returns the Services that a way leads to. */
export function servicesOf({ destinations, mirrors }: Way): readonly string[] {
  const all = [...destinations, ...mirrors.map(({ destination }) => destination)];
  return all.flatMap(({ host }) => {
    const [, name] = /^(.+)\.svc\.[^.]+\..+$/.exec(host ?? '') ?? [];
    return name === undefined ? [] : [name];
  });
}
