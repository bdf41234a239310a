import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Where its output is appended. */
  readonly log: string;
}

/** A server that can be killed and started again with the same command. */
export class ServerProcess {
  readonly #command: ServerCommand;
  #child: ChildProcess | undefined;

  constructor(command: ServerCommand) {
    this.#command = command;
  }

  start(): void {
    const { program, args, log } = this.#command;
    const output = openSync(log, 'a');
    const child = spawn(program, args, {
      // The other end of its standard input is how a server of ours learns that we are gone.
      stdio: ['pipe', output, output],
      env: { ...process.env, REGATTA_BED_TETHERED: '1' },
    });
    closeSync(output);
    child.on('error', () => undefined);
    child.unref();
    this.#child = child;
  }

  /** @throws Error with the end of its log when it has ended by itself or never begun */
  expectRunning(): void {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) return;
    const { program, log } = this.#command;
    const end = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
    throw new Error(`${basename(program)} is not running; its last words:\n${end}`);
  }

  /** Resolves when the process is gone; kills it, paused or not. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** The same without waiting, for when this process is about to end. */
  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  /** Connections are still accepted by the kernel, and requests hang. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }
}
