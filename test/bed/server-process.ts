import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Path of the file to which the output is appended. */
  readonly log: string;
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** ServerProcess is a server that can be killed and started again with the same command. */
export class ServerProcess {
  readonly #command: ServerCommand;
  #child: ChildProcess | undefined;

  constructor(command: ServerCommand) {
    this.#command = command;
  }

  start(): void {
    const { program, args, log, env } = this.#command;
    const output = openSync(log, 'a');
    const child = spawn(program, args, {
      // The end of its standard input stops a server when this process is gone.
      stdio: ['pipe', output, output],
      env: { ...process.env, ...env, REGATTA_BED_TETHERED: '1' },
    });
    closeSync(output);
    child.on('error', () => undefined);
    child.unref();
    this.#child = child;
  }

  /** @throws Error with the end of its log when the server exited by itself or never started */
  expectRunning(): void {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) return;
    const { program, log } = this.#command;
    const end = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
    throw new Error(`${basename(program)} is not running; its last words:\n${end}`);
  }

  /** Kills the process, even while it is paused, and resolves when it is gone. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Kills the process without waiting, for the exit of this process. */
  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  /** Suspends the process: the kernel still accepts connections, and requests hang. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }
}
