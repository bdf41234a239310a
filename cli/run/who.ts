import { systemClock } from '#io/clock.ts';
import { nearestFleet } from '#io/files/fleet-root.ts';
import { loadFleet } from '#io/kubernetes/kubeconfig.ts';
import { fullKindName, isCalled } from '#model/kind-name.ts';
import { NoSuchObjectError } from '#model/no-such-object.ts';
import { type KubeObject, keyOf } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';
import { refFor } from '#syncer/object-ref.ts';
import { Deadline } from '#syncer/pace/deadline.ts';
import type { ClusterPort } from '#syncer/ports/cluster.ts';
import { findLive, provenanceOf } from '#syncer/status/provenance.ts';
import { sourceOf } from '../fleet/source-of.ts';
import type { TypedName } from '../options/object-name.ts';
import type { Managed, Unmanaged } from '../print/who.ts';

interface WhoQuestion {
  readonly namespace: string;
  readonly context: string;
  readonly kubeconfig?: string;
  readonly timeout: number;
  readonly profile: Profile;
}

/**
 * Returns where a live object comes from.
 *
 * @throws NoSuchObjectError when the object or its kind does not exist
 * @throws Error when the context does not exist, the cluster does not answer, or the sources cannot be read
 */
export async function answerWho(
  typed: TypedName,
  { kubeconfig, context, timeout, namespace, profile }: WhoQuestion,
): Promise<Managed | Unmanaged> {
  const { clusters, connect } = loadFleet(kubeconfig, process.env.KUBECONFIG);
  if (!clusters.includes(context)) {
    const contexts = clusters.toSorted().join(', ') || 'none';
    throw new Error(`no such context: ${context} (contexts: ${contexts})`);
  }
  const stop = AbortSignal.timeout(timeout);
  const ask = async () => {
    const port = connect(context);
    const live = await findOne(port, typed, { namespace, context }, stop);
    return { live, found: await provenanceOf(port, live, stop) };
  };
  const { live, found } = await new Deadline(systemClock, timeout).wait(context, ask());
  const object = refFor(live);
  if ('unmanaged' in found) {
    return { object, cluster: context, fleet: null, reason: found.unmanaged };
  }
  // An older version recorded no name of the cluster, which is then that of the context.
  const cluster = found.cluster || context;
  const file = [found.path, cluster, found.file].filter((part) => part !== '').join('/');
  const { fleet, branch, path } = found;
  const wanted = { key: keyOf(live), cluster, fleetId: fleet.id, origin: { branch, path } };
  return {
    object,
    ...found,
    cluster,
    file,
    ...(await sourceOf(nearestFleet('.'), wanted, profile)),
  };
}

async function findOne(
  port: ClusterPort,
  { kind, name }: TypedName,
  { namespace, context }: Pick<WhoQuestion, 'namespace' | 'context'>,
  stop: AbortSignal,
): Promise<KubeObject> {
  const isKind = (served: Parameters<typeof isCalled>[0]) => isCalled(served, kind);
  const objects = await findLive(port, { isKind, name, namespace }, stop);
  if (objects === undefined) throw new NoSuchObjectError(`${context} serves no kind ${kind}`);
  const [first, second] = objects;
  if (first === undefined) {
    throw new NoSuchObjectError(`no ${kind} ${name} in namespace ${namespace} on ${context}`);
  }
  if (second === undefined) return first;
  const kinds = objects.map(fullKindName).join(' or ');
  throw new Error(`${kind} is ambiguous: use ${kinds}`);
}
