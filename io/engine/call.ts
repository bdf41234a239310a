/** What is asked of an engine, and what it answers. */

export type EngineName = 'kustomize' | 'helm' | 'kubernetes';

export interface EngineCall {
  readonly engine: EngineName;
  /** Plain data; the engine gets it as JSON. */
  readonly request: unknown;
  /** Names the request in messages: "kustomization apps/web". */
  readonly name: string;
  /** The bytes that a stream of pseudo-random bytes is made from. The same stream each time when absent. */
  readonly seed?: Uint8Array | undefined;
}

/** `too-large`: memory; `too-slow`: processor time; `too-deep`: recursion. */
export type EngineFault = 'too-large' | 'too-slow' | 'too-deep' | 'crashed';

export type EngineResult =
  | {
      readonly type: 'answered';
      readonly answer: unknown;
      /** How many random bytes the engine asked for while it worked on this request. */
      readonly randomBytes: number;
    }
  | EngineFailure;

export interface EngineFailure {
  readonly type: 'failed';
  readonly fault: EngineFault;
  /** One clause that names the request. */
  readonly message: string;
}

/** What an engine may use for one request. */
export const engineLimits: {
  /** Of WebAssembly memory; `npm run engines` writes it into the modules. */
  readonly bytes: number;
  readonly processorMs: number;
  readonly stackMb: number;
} = { bytes: 1024 * 1024 * 1024, processorMs: 120_000, stackMb: 64 };
