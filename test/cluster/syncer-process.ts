import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { SyncEvent } from '#syncer/report/events.ts';
import { command } from '#test/command.ts';

export interface SyncerHow {
  /** Subcommand; `sync` by default. */
  readonly command?: 'agent';
  /** Path of regatta; the command of all tests by default. */
  readonly program?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Command that starts the process, such as `unshare`, with its arguments. */
  readonly through?: readonly string[];
}

/** SyncerProcess runs `regatta sync` as a process, and collects the events that it prints. */
export class SyncerProcess {
  readonly events: SyncEvent[] = [];
  /** Resolves to the exit status. */
  readonly ended: Promise<number | null>;
  /** Resolves to the signal that ended the process; null if it ended by itself. */
  readonly killedBy: Promise<NodeJS.Signals | null>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #waiting = new Set<() => void>();
  #log = '';

  constructor(repo: string, args: readonly string[], how: SyncerHow = {}) {
    const argv = [how.program ?? command, how.command ?? 'sync', repo, '--output', 'json', ...args];
    const env = { ...process.env, ...how.env };
    const [program = '', ...more] = [...(how.through ?? []), process.execPath, ...argv];
    this.#child = spawn(program, more, { stdio: ['ignore', 'pipe', 'pipe'], env });
    createInterface(this.#child.stdout).on('line', (line) => {
      this.events.push(JSON.parse(line) as SyncEvent);
      for (const wake of this.#waiting) wake();
    });
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString();
    });
    const closed = once(this.#child, 'close');
    this.ended = closed.then(([status]) => status as number | null);
    this.killedBy = closed.then(([, signal]) => signal as NodeJS.Signals | null);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves to the first event that matches, also a past one. @throws after `timeoutMs` */
  async event(holds: (event: SyncEvent) => boolean, timeoutMs = 60_000): Promise<SyncEvent> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = this.events.find(holds);
      if (found !== undefined) return found;
      const ms = deadline - Date.now();
      if (ms <= 0) throw new Error(`no such event: ${holds}\n${this.describe()}`);
      await this.#nextEvent(ms);
    }
  }

  /** Forgets all events so far, so that `event` matches only later ones. */
  forgetEvents(): void {
    this.events.length = 0;
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    this.#child.kill(signal);
    return this.ended;
  }

  /** Returns the events and the log, for the message of a failed test. */
  describe(): string {
    return `${this.events.map((event) => JSON.stringify(event)).join('\n')}\n${this.#log}`;
  }

  #nextEvent(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#waiting.add(wake);
    });
  }
}
