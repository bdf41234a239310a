/** Requests to the holder of a Lease, and its answers, as annotations of the Lease. */
import { isFieldMap, type KubeObject, type ObjectKey } from '#model/object.ts';

/** Holds a request: a nonce, and optionally the key of an object and the word `correct`, separated by spaces. */
const requestAnnotation = 'regatta.dev/reconcile';

/** Holds the answer to the last request, as JSON. */
const answerAnnotation = 'regatta.dev/reconciled';

/** Asks the holder to fetch and to run a full turn. */
export interface ReconcileRequest {
  /** Identifies the request. The holder answers each nonce once. */
  readonly nonce: string;
  /** The object that the answer is about; absent for the whole cluster. */
  readonly key?: ObjectKey;
  /** Whether to correct that object's drift once, whatever its drift mode. */
  readonly correct: boolean;
}

/** What the holder did. */
export interface ReconcileAnswer {
  readonly nonce: string;
  /** The commit of the turn. */
  readonly commit: string;
  /** The state of the cluster (`synced`, `stalled`, `working`), or the result of the object. */
  readonly result: string;
  /** Why the cluster or the object is not as Git holds it; '' otherwise. */
  readonly message: string;
  /** Whether the cluster or the object is as Git holds it. */
  readonly ok: boolean;
  /** Number of objects of the cluster that are not ready. */
  readonly unready?: number;
}

/** Returns the request in a Lease; undefined if the Lease lacks a valid request. */
export function requestIn({ metadata }: KubeObject): ReconcileRequest | undefined {
  const text = metadata.annotations?.[requestAnnotation] ?? '';
  const [nonce = '', key, word] = text.split(' ');
  if (!/^[\w.:+-]{1,200}$/.test(nonce)) return undefined;
  const correct = word === 'correct';
  return key === undefined ? { nonce, correct: false } : { nonce, key: key as ObjectKey, correct };
}

/** Returns the answer in a Lease; undefined if the Lease lacks a valid answer. */
export function answerIn({ metadata }: KubeObject): ReconcileAnswer | undefined {
  const value = parse(metadata.annotations?.[answerAnnotation] ?? '');
  if (!isFieldMap(value)) return undefined;
  const { nonce, commit, result, message, ok, unready = 0 } = value;
  const texts = [nonce, commit, result, message];
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  if (typeof ok !== 'boolean' || typeof unready !== 'number') return undefined;
  return value as unknown as ReconcileAnswer;
}

/** Returns a Lease with a request. */
export function withRequest(
  lease: KubeObject,
  { nonce, key, correct }: ReconcileRequest,
): KubeObject {
  const words = [nonce, ...(key === undefined ? [] : [key]), ...(correct ? ['correct'] : [])];
  return annotated(lease, requestAnnotation, words.join(' '));
}

/** Returns a Lease with an answer; the same Lease without one. */
export function withAnswer(lease: KubeObject, answer: ReconcileAnswer | undefined): KubeObject {
  return answer === undefined ? lease : annotated(lease, answerAnnotation, JSON.stringify(answer));
}

function annotated(lease: KubeObject, name: string, value: string): KubeObject {
  const annotations = { ...lease.metadata.annotations, [name]: value };
  return { ...lease, metadata: { ...lease.metadata, annotations } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
