import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseJson } from '#model/json.ts';
import type { CheckRequest } from '#model/object-check.ts';
import { EnginePool } from '../engine/pool.ts';
import { type AnsweredCheck, Questions } from './answer.ts';

/** Checks objects. `stop` frees the engine's memory. */
export interface Checker {
  /**
   * Sends a request to the engine.
   *
   * @throws Error when the engine cannot be loaded, or its process ends
   */
  check(request: CheckRequest): Promise<readonly AnsweredCheck[]>;
  stop(): Promise<void>;
}

/** A line that the child process writes. */
export type CheckReply =
  | { readonly answers: readonly AnsweredCheck[] }
  | { readonly error: string };

/**
 * Starts the engine in a child process, whose memory is free when it ends. If Node's permission model
 * forbids child processes, the engine runs in a thread of this process.
 */
export function startChecker(): Checker {
  const mayStart = process.permission?.has('child') ?? true;
  return mayStart ? new ChildChecker() : new ThreadChecker();
}

class ThreadChecker implements Checker {
  readonly #pool = new EnginePool({ workers: 1 });
  readonly #questions = new Questions((call) => this.#pool.run(call));

  check(request: CheckRequest): Promise<readonly AnsweredCheck[]> {
    return this.#questions.ask(request);
  }

  stop(): Promise<void> {
    return this.#pool.close();
  }
}

/**
 * V8 compiles the engine once and does not optimise it: that takes half of the time of a small run and 200 MiB
 * less, and thousands of objects take no longer.
 */
const quickStart = '--liftoff-only';

/** Runs the engine in a child process, started with the same Node executable. */
class ChildChecker implements Checker {
  readonly #child: ChildProcess;
  readonly #replies: AsyncIterator<string>;
  readonly #ended: Promise<void>;

  constructor() {
    // The build puts the process's bundle beside this chunk.
    const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'mjs';
    const file = fileURLToPath(new URL(`check-process.${extension}`, import.meta.url));
    const child = spawn(process.execPath, [quickStart, file], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: systemVariables(process.env),
    });
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('close', () => resolve()));
    child.stdin.on('error', () => {});
    this.#replies = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  async check(request: CheckRequest): Promise<readonly AnsweredCheck[]> {
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#replies.next();
    if (done) throw new Error('the process that checks objects has ended');
    const reply = parseJson(value) as CheckReply;
    if ('error' in reply) throw new Error(reply.error);
    return reply.answers;
  }

  async stop(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }
}

/** Returns the variables that Windows needs to start a program. The child process gets no others. */
function systemVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { SystemRoot, TEMP } = env;
  return { ...(SystemRoot && { SystemRoot }), ...(TEMP && { TEMP }) };
}
