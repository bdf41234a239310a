/** Requests to an engine, and its answers. */

export type EngineName = 'kustomize' | 'helm' | 'kubernetes';

export interface EngineCall {
  readonly engine: EngineName;
  /** Plain data, sent to the engine as JSON. */
  readonly request: unknown;
  /** Names the request in messages: "kustomization apps/web". */
  readonly name: string;
  /** Seed of the pseudo-random bytes for the engine; absent: the same bytes for every request. */
  readonly seed?: Uint8Array | undefined;
}

/** `too-large`: memory; `too-slow`: processor time; `too-deep`: recursion. */
export type EngineFault = 'too-large' | 'too-slow' | 'too-deep' | 'crashed';

export type EngineResult =
  | {
      readonly type: 'answered';
      readonly answer: unknown;
      /** Number of random bytes that the engine requested during this call. */
      readonly randomBytes: number;
    }
  | EngineFailure;

export interface EngineFailure {
  readonly type: 'failed';
  readonly fault: EngineFault;
  /** A sentence about the failure, with the request's name. */
  readonly message: string;
}

/** Limits of one request. */
export const engineLimits: {
  /** WebAssembly memory; `npm run engines` writes this limit into the modules. */
  readonly bytes: number;
  readonly processorMs: number;
  readonly stackMb: number;
} = { bytes: 1024 * 1024 * 1024, processorMs: 120_000, stackMb: 64 };
