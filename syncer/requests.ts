import type { KubeObject, ObjectKey } from '#model/object.ts';
import { Redactor } from '#model/redaction.ts';
import type { MemberLease } from './lease/member-lease.ts';
import {
  answerIn,
  type ReconcileAnswer,
  type ReconcileRequest,
  requestIn,
} from './lease/reconcile-request.ts';
import type { SystemRef } from './ownership/names.ts';
import type { ActionOutcome } from './plan/outcome.ts';
import type { ClusterPort } from './ports/cluster.ts';
import type { Clock } from './ports/machine.ts';
import { redactTexts } from './report/exits.ts';
import type { LoopState } from './report/turns.ts';

/** Pause before the syncer watches the Lease again after a failure, in milliseconds. */
const pauseMs = 30_000;

/** Number of nonces that the syncer remembers. */
const rememberedNonces = 100;

interface RequestsOptions {
  readonly port: ClusterPort;
  readonly ref: SystemRef;
  readonly clock: Clock;
  readonly lease: () => Pick<MemberLease, 'answer'>;
  /** Hides opened values in answers, which anyone who may read the Lease can see. */
  readonly redactor?: Redactor | undefined;
  /** Called for each new request. Its receiver calls `due` after it has fetched. */
  readonly onRequest: () => void;
}

/**
 * The requests to this syncer as the holder of a Lease. It sees them through a watch of the Lease, or at each
 * renewal if it may not watch. It answers each nonce once.
 */
export class Requests {
  readonly #options: RequestsOptions;
  readonly #nonces: string[] = [];
  #request: ReconcileRequest | undefined;
  /** The request waits for a fetch, for the next turn, or for the end of a turn. */
  #phase: 'new' | 'due' | 'running' = 'new';
  #followed: AbortSignal | undefined;
  #version = '';

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  /**
   * Reads the request in a Lease that the syncer has acquired or renewed, and watches the Lease.
   *
   * @param end - aborts when the syncer no longer holds the Lease
   */
  held(lease: KubeObject, end: AbortSignal): void {
    this.#note(lease);
    if (this.#followed === end) return;
    this.#followed = end;
    void this.#follow(end);
  }

  /** Records that the syncer has fetched since the last request. */
  due(): void {
    this.#phase = 'due';
  }

  /** Begins a turn. Returns the object whose drift the turn must correct. */
  begin(): ObjectKey | undefined {
    if (this.#request === undefined || this.#phase === 'new') return undefined;
    this.#phase = 'running';
    return this.#request.correct ? this.#request.key : undefined;
  }

  /** Answers the request that a turn was for. The state and the outcomes are those at its end. */
  end(state: LoopState, commit: string, outcomes: readonly ActionOutcome[], unready: number): void {
    const request = this.#request;
    if (request === undefined || this.#phase !== 'running') return;
    this.#request = undefined;
    const { key, nonce } = request;
    const found =
      key === undefined ? { ...aboutCluster(state), unready } : aboutObject(key, state, outcomes);
    const { lease, redactor = new Redactor() } = this.#options;
    void lease().answer({ nonce, commit, ...redactTexts(found, redactor) });
  }

  #note(lease: KubeObject): void {
    this.#version = String(lease.metadata.resourceVersion);
    const request = requestIn(lease);
    if (request === undefined || this.#nonces.includes(request.nonce)) return;
    this.#nonces.push(request.nonce);
    if (this.#nonces.length > rememberedNonces) this.#nonces.shift();
    if (answerIn(lease)?.nonce === request.nonce) return;
    this.#request = request;
    this.#phase = 'new';
    this.#options.onRequest();
  }

  async #follow(end: AbortSignal): Promise<void> {
    const { port, clock, ref } = this.#options;
    const { apiVersion, kind, namespace, name } = ref;
    const query = { kind: { apiVersion, kind }, label: '', detail: 'object' } as const;
    const selection = { ...query, namespace, name };
    while (!end.aborted) {
      const request = { selection, resourceVersion: this.#version, onEvent: this.#onEvent };
      const isEnded = await port.watch(request, end).then(
        () => true,
        () => false,
      );
      if (!isEnded) await clock.sleep(pauseMs, end).catch(() => {});
    }
  }

  readonly #onEvent: Parameters<ClusterPort['watch']>[0]['onEvent'] = (event) => {
    if (event.type === 'changed' && event.object.metadata.name === this.#options.ref.name) {
      this.#note(event.object);
    }
  };
}

/** Results of an object that is as Git holds it. */
const good: ReadonlySet<string> = new Set(['created', 'configured', 'unchanged']);

type Found = Pick<ReconcileAnswer, 'result' | 'message' | 'ok'>;

function aboutCluster(state: LoopState): Found {
  const ok = state.type === 'synced';
  return { result: state.type, message: ok ? '' : state.reason, ok };
}

function aboutObject(key: ObjectKey, state: LoopState, outcomes: readonly ActionOutcome[]): Found {
  const outcome = outcomes.find((one) => one.key === key);
  if (outcome !== undefined) {
    const { result, message } = outcome;
    return { result, message, ok: good.has(result) };
  }
  const message = state.type === 'synced' ? 'Git holds no such object' : state.reason;
  return { result: 'unknown', message, ok: false };
}
