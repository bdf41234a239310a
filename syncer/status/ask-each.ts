import { errorMessage } from '#model/error.ts';
import type { MayFollow } from '../commit-order.ts';
import type { ChangesSince } from '../deleted-changes.ts';
import type { Desired, DesiredOrRefusal, DesiredPorts } from '../desired/desired.ts';
import { secretsOf, withHiddenAnswers } from '../hidden-answers.ts';
import { FleetRefusal, identify } from '../identify.ts';
import { Member } from '../member.ts';
import { othersIn } from '../ownership/standing.ts';
import { forEachBounded } from '../pace/pool.ts';
import type { ClusterPort, FleetPort } from '../ports/cluster.ts';
import type { Clock } from '../ports/machine.ts';
import { noAbort } from '../ports/no-abort.ts';
import { type Head, readHead } from './head.ts';

const width = 16;

/** What a query of every cluster needs. */
export interface AskPorts extends DesiredPorts {
  readonly fleet: FleetPort;
  readonly clock: Clock;
  /** Reports whether a commit descends from another; absent for a source that cannot compare commits. */
  readonly descends?: MayFollow | undefined;
  /** Reports whether syncers go on from one commit to another; absent for a source that cannot compare commits. */
  readonly mayFollow?: MayFollow | undefined;
  /** Shows what changes of the branch delete; absent for a source without a history. */
  readonly changesSince?: ChangesSince | undefined;
}

/** Which clusters to query, and for how long. */
export interface AskHow {
  /** Names of the clusters; absent means all clusters that the head renders. */
  readonly clusters?: readonly string[] | undefined;
  /** Maximum time for each cluster, in milliseconds. */
  readonly timeoutMs: number;
}

/** A query for each cluster. */
export interface Question<T> {
  ask(member: Member, desired: Desired, stop: AbortSignal): Promise<T>;
  /** Returns the answer for a cluster whose directory the syncer refuses, or that does not answer. */
  unanswered(cluster: string, failure: QueryFailure): T;
}

interface QueryFailure {
  readonly type: 'refused' | 'unknown';
  /** The head of the branch. */
  readonly commit: string;
  readonly reason: string;
}

/**
 * Queries every cluster that the head of the branch renders, without writing anything. Returns the
 * answers in the order of the cluster names. A cluster that does not answer delays no other cluster.
 *
 * @throws NoSuchClusterError if the caller names a cluster that does not exist
 * @throws Error if the syncer cannot read the repository, or if its head has no rendered directories
 */
export async function askEach<T>(
  ports: AskPorts,
  how: AskHow,
  question: Question<T>,
): Promise<readonly T[]> {
  return askAt(ports, await readHead(ports, how.clusters, noAbort), how, question);
}

/** Queries every cluster that a head renders. */
export async function askAt<T>(
  ports: AskPorts,
  { commit, clusters }: Head,
  how: AskHow,
  question: Question<T>,
): Promise<readonly T[]> {
  // End all watches together, after the last cluster, because the first end would close idle connections too early.
  const end = new AbortController();
  const { signal } = end;
  const answers = new Map<string, T>();
  await forEachBounded(how.clusters ?? [...clusters.keys()], width, signal, async (cluster) => {
    const asked = { cluster, content: clusters.get(cluster), commit, timeoutMs: how.timeoutMs };
    answers.set(cluster, await askOne(ports, asked, question, signal));
  });
  end.abort();
  return [...answers].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, answer]) => answer);
}

interface Asked {
  readonly cluster: string;
  readonly content: DesiredOrRefusal | undefined;
  readonly commit: string;
  readonly timeoutMs: number;
}

async function askOne<T>(
  ports: AskPorts,
  { cluster, content, commit, timeoutMs }: Asked,
  question: Question<T>,
  stop: AbortSignal,
): Promise<T> {
  const { fleet, clock } = ports;
  const unanswered = (type: QueryFailure['type'], reason: string) =>
    question.unanswered(cluster, { type, commit, reason });
  if (content === undefined)
    return unanswered('refused', 'the head of the branch renders nothing for this cluster');
  if (content.type === 'refused') return unanswered('refused', content.reason);
  if (!fleet.clusters.includes(cluster))
    return unanswered('unknown', 'the kubeconfig has no context for this cluster');
  const isSecret = secretsOf(() => content.desired);
  const port = withHiddenAnswers(fleet.connect(cluster), isSecret);
  const timer = new AbortController();
  const late = clock
    .sleep(timeoutMs, timer.signal)
    .then(() => unanswered('unknown', `did not answer within ${timeoutMs} ms`));
  const ask = async () => {
    const member = await memberAt({ name: cluster, port }, content.desired, ports, stop);
    return question.ask(member, content.desired, stop);
  };
  const asking = ask().catch((error: unknown) =>
    unanswered(error instanceof FleetRefusal ? 'refused' : 'unknown', errorMessage(error)),
  );
  const answer = await Promise.race([asking, late]);
  late.catch(() => {});
  timer.abort();
  return answer;
}

/** Returns a member that reports nothing, with the other fleets of its cluster. */
async function memberAt(
  { name, port }: { readonly name: string; readonly port: ClusterPort },
  desired: Desired,
  { clock, descends, mayFollow, changesSince }: AskPorts,
  stop: AbortSignal,
): Promise<Member> {
  const reading = { takeOver: new Set<string>(), descends, readsOnly: true };
  const standing = await identify(port, desired, reading, stop);
  const member = new Member({
    name,
    port,
    owner: standing.owner,
    clock,
    tooling: '',
    report: () => {},
    onChange: () => {},
    onBreak: () => {},
    ...(mayFollow && { mayFollow }),
    changesSince,
  });
  member.others = othersIn(standing);
  return member;
}
