/** Handles fields of an object that an API server does not know. */
import type { KubeObject, ObjectKey } from '#model/object.ts';
import { ClusterError } from '../cluster-error.ts';
import { type ActionOutcome, failure, waiting } from '../plan/outcome.ts';
import { describeUnkept } from '../plan/unkept-fields.ts';
import type { Turn } from './turn.ts';

/** Interval between attempts while an API server has the old schema of a kind, in milliseconds. */
const retryMs = 1000;

/**
 * Returns the outcome of an object that the API server does not know a field of; undefined for another error. While
 * the definition of its kind is new, the object waits, because each API server reads definitions with a delay.
 */
export async function schemaOutcome(
  { member: { definitions }, stop }: Pick<Turn, 'member' | 'stop'>,
  key: ObjectKey,
  error: ClusterError,
): Promise<ActionOutcome | undefined> {
  if (error.reason !== 'unknown-field') return undefined;
  if (!(await definitions.concern(key, stop))) return failure(key, error);
  const outcome = waiting(key, `waits for the API server to read its definition: ${error.message}`);
  return { ...outcome, keepsRest: true, pauseMs: retryMs };
}

/** The fields of an applied object that the API server did not keep, and their consequence. */
interface Kept {
  /** The outcome if the object counts as not applied because it lacks fields. */
  readonly lacking?: ActionOutcome | undefined;
  /** Names the fields that the object lacks; '' if it has all of them. */
  readonly message: string;
}

/**
 * Compares an object with the API server's answer.
 *
 * @param sent - the object that the syncer applied, or tried in a dry run
 */
export async function compareKept(
  turn: Turn,
  key: ObjectKey,
  sent: KubeObject,
  answer: KubeObject,
): Promise<Kept> {
  const message = describeUnkept(sent, answer);
  if (message === '' || turn.settings.fieldValidation === 'Warn') return { message };
  const error = new ClusterError('unknown-field', message);
  return { message, lacking: await schemaOutcome(turn, key, error) };
}
