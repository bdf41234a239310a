/** Requests to an engine, and its answers. */

export type EngineName = 'kustomize' | 'helm' | 'kubernetes' | 'istio';

/** A request to an engine. */
export interface EngineCall {
  readonly engine: EngineName;
  /** Plain data, which the engine gets as JSON. */
  readonly request: unknown;
  /** Name of the request for messages, such as `kustomization apps/web`. */
  readonly name: string;
  /** Seed of the pseudo-random bytes for the engine. Without a seed, every request gets the same bytes. */
  readonly seed?: Uint8Array | undefined;
}

/**
 * Why a request failed. A `too-large` request exceeds the memory limit, a `too-slow` one the limit of
 * processor time, and a `too-deep` one the stack. After `crashed`, the engine ended for another
 * reason.
 */
export type EngineFault = 'too-large' | 'too-slow' | 'too-deep' | 'crashed';

export type EngineResult =
  | {
      readonly type: 'answered';
      readonly answer: unknown;
      /** Number of random bytes that the engine requested during this call. */
      readonly randomBytes: number;
    }
  | EngineFailure;

/** The result of a request that the engine did not answer. */
export interface EngineFailure {
  readonly type: 'failed';
  readonly fault: EngineFault;
  /** A sentence about the failure, with the request's name. */
  readonly message: string;
}

/** Limits of one request. */
export const engineLimits: {
  /** Maximum WebAssembly memory, in bytes. `npm run engines` writes this limit into the modules. */
  readonly bytes: number;
  /** Maximum processor time, in milliseconds. */
  readonly processorMs: number;
  /** Size of the stack, in MiB. */
  readonly stackMb: number;
} = { bytes: 1024 * 1024 * 1024, processorMs: 120_000, stackMb: 64 };
