import { type ChildProcess, spawn } from 'node:child_process';
import { workersOf } from '#test/cluster/worker-processes.ts';
import { command } from '#test/command.ts';
import { until } from '#test/until.ts';

/**
 * The way to throw an error in a running process that nothing expects: SIGUSR2. The worker has the flags of the
 * syncer, and a text of its own.
 */
const crashes = `data:text/javascript,${encodeURIComponent(`process.once('SIGUSR2', () => {
  const isWorker = process.argv[1].includes('members-process');
  throw new Error(isWorker ? process.env.CRASH_OF_WORKER : process.env.CRASH);
})`)}`;

/** Maximum duration of one step of a syncer on a busy machine, in milliseconds. */
export const stepMs = 90_000;

/** A process with `regatta sync`, and all that it printed. */
export class RunningSyncer {
  /** Standard output and standard error. */
  printed = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #read = 0;

  constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    const options = ['--import', crashes, command, 'sync', ...args];
    const own = { ...process.env, ...env };
    this.#child = spawn(process.execPath, options, { env: own, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.printed += chunk.toString();
      });
    }
    this.#ended = new Promise((resolve) => this.#child.once('close', resolve));
  }

  /** Waits for a text that no earlier call has waited for. */
  async says(pattern: RegExp): Promise<string> {
    const [found, end] = await until(
      `the syncer says ${pattern}`,
      async () => {
        const match = pattern.exec(this.printed.slice(this.#read));
        if (match !== null) return [match[1] ?? match[0], match.index + match[0].length] as const;
        if (this.#child.exitCode !== null) throw new Error('the syncer has ended');
        return undefined;
      },
      stepMs,
    ).catch((error) => {
      throw new Error(`${error.message}\n${this.printed.slice(this.#read)}`, { cause: error });
    });
    this.#read += end;
    return found;
  }

  /** Crashes the process that serves the clusters. */
  async crashWorker(): Promise<void> {
    const [worker] = workersOf({ pid: this.#child.pid ?? 0 });
    if (worker === undefined) throw new Error('the syncer has no worker');
    process.kill(worker, 'SIGUSR2');
    await this.says(/the worker ended/);
  }

  async end(signal: 'SIGTERM' | 'SIGUSR2' | 'SIGKILL'): Promise<void> {
    this.#child.kill(signal);
    await this.#ended;
  }
}
