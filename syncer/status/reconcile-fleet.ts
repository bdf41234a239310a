import { isCalled } from '#model/kind-name.ts';
import type { ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import type { Desired } from '../desired/desired.ts';
import { askHolder } from '../lease/ask-holder.ts';
import type { ReconcileAnswer } from '../lease/reconcile-request.ts';
import type { Member } from '../member.ts';
import type { HolderPort } from '../ports/machine.ts';
import { type AskHow, type AskPorts, askEach } from './ask-each.ts';

export interface ReconcilePorts extends AskPorts {
  readonly holder: Pick<HolderPort, 'hasEnded'>;
}

/** What to ask the syncers. */
export interface ReconcileHow extends AskHow {
  /** Distinguishes the request from all others. */
  readonly nonce: string;
  /** The object that the answers are about; absent for whole clusters. */
  readonly object?: AskedObject | undefined;
  /** Whether to correct that object's drift once, whatever its drift mode. */
  readonly correct: boolean;
}

/** An object as a command line names it. */
interface AskedObject {
  /** A kind as kubectl accepts it. */
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** The answer of one cluster's syncer. */
export interface Reconciled extends Omit<ReconcileAnswer, 'nonce'> {
  readonly cluster: string;
}

/** Time beyond that of a request, in which the syncer's name becomes known, in milliseconds. */
const graceMs = 5000;

/** Pause before the command asks a syncer again that is still working, in milliseconds. */
const workingMs = 1000;

/**
 * Asks the syncers of all clusters to fetch and to run a full turn. Returns their answers, without clusters that do
 * not have the object.
 *
 * @throws NoSuchClusterError if the caller names a cluster that does not exist
 * @throws Error if the repository cannot be read
 */
export async function reconcileFleet(
  ports: ReconcilePorts,
  how: ReconcileHow,
): Promise<readonly Reconciled[]> {
  const timeoutMs = how.timeoutMs + graceMs;
  const answers = await askEach<Reconciled | undefined>(
    ports,
    { ...how, timeoutMs },
    {
      ask: (member, desired, stop) => askSyncer(ports, { how, member, desired }, stop),
      unanswered: (cluster, { type, reason }) => {
        return { cluster, commit: '', result: type, message: reason, ok: false };
      },
    },
  );
  return answers.filter((answer) => answer !== undefined);
}

interface Asked {
  readonly how: ReconcileHow;
  readonly member: Member;
  readonly desired: Desired;
}

async function askSyncer(
  { clock, holder }: ReconcilePorts,
  { how, member, desired }: Asked,
  stop: AbortSignal,
): Promise<Reconciled | undefined> {
  const { nonce, object, correct } = how;
  const key = object && findKey(object, desired);
  if (object !== undefined && key === undefined) return undefined;
  const deadline = clock.now() + how.timeoutMs;
  const { name: cluster, port, owner } = member;
  for (let round = 0; ; round++) {
    const request = { nonce: `${nonce}.${round}`, correct, ...(key !== undefined && { key }) };
    const timeoutMs = deadline - clock.now();
    const asking = { port, ref: owner.names.lease, clock, holder, timeoutMs };
    const { nonce: _, ...answer } = await askHolder(asking, request, stop);
    const isLate = clock.now() + workingMs >= deadline;
    if (answer.result !== 'working' || isLate) return { cluster, ...answer };
    await clock.sleep(workingMs, stop);
  }
}

/**
 * Returns the key of the only object of a cluster that a command line names; undefined if Git holds none.
 *
 * @throws ClusterError `rejected` if several kinds have that name
 */
function findKey(asked: AskedObject, { objects }: Desired): ObjectKey | undefined {
  const found = objects.values().filter(({ object }) => {
    const { name, namespace = asked.namespace } = object.metadata;
    const isNamed = name === asked.name && namespace === asked.namespace;
    return isNamed && isCalled(object, asked.kind);
  });
  const [first, second] = found.toArray();
  if (second === undefined) return first?.key;
  throw new ClusterError('rejected', `${asked.kind} is ambiguous: add the API group to the kind`);
}
