import { type ChildProcess, spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { hideAnswer } from './secrets.ts';

/** Maximum time that a credential plugin may take, in milliseconds. */
const limitMs = 20_000;

/** Maximum size of what a plugin may write, in bytes. */
const maxOutput = 1024 * 1024;

/** Size of the end of standard error that is kept for the message, in bytes. */
const keptErrors = 4096;

/** One run of a credential plugin. */
interface PluginRun {
  /** For messages. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** A credential plugin gave no credential. */
export class PluginError extends Error {
  override name = 'PluginError';
  /** @param detail - the plugin's own words; '' when it said nothing */
  constructor(plugin: string, what: string, detail: string) {
    super(`credential plugin ${plugin} ${what}${detail && `: ${detail}`}`);
  }
}

/** Process groups of the plugins that run, which must not outlive this process. */
const running = new Set<ChildProcess>();

/**
 * Runs a credential plugin and returns its standard output. Its standard input is empty and it has no
 * terminal, so that it cannot wait for a person. It ends with all the processes that it started.
 *
 * @throws PluginError when it cannot start, fails, takes longer than 20 s, or writes more than 1 MiB
 */
export function runPlugin({ name, program, args, env }: PluginRun): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // A process group of its own, which one signal ends.
  const child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  if (running.size === 0) process.once('exit', killAll);
  running.add(child);
  const output: Buffer[] = [];
  let errors: Buffer = Buffer.alloc(0);
  let size = 0;
  // A plugin that fails may repeat its token in the message.
  const hide = () => hideAnswer(Buffer.concat(output).toString());
  const fail = (what: string) => {
    hide();
    reject(new PluginError(name, what, lastLine(errors)));
  };
  const count = (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxOutput) fail('wrote more than 1 MiB');
  };
  child.stdout.on('data', (chunk: Buffer) => {
    output.push(chunk);
    count(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors = Buffer.concat([errors, chunk]).subarray(-keptErrors);
    count(chunk);
  });
  child.on('error', ({ message }) => reject(new PluginError(name, 'did not start', message)));
  child.on('close', (code, signal) => {
    running.delete(child);
    hide();
    if (code === 0) resolve(Buffer.concat(output).toString());
    else fail(signal === null ? `failed with exit code ${code}` : `was ended by ${signal}`);
  });
  const timer = setTimeout(() => fail(`did not finish within ${limitMs / 1000} s`), limitMs);
  return promise.finally(() => {
    clearTimeout(timer);
    end(child);
  });
}

/** Ends a plugin that still runs. A process that left its group may hold the pipes open, so they are closed. */
function end(child: ChildProcess): void {
  if (running.delete(child)) kill(child);
  child.stdout?.destroy();
  child.stderr?.destroy();
  if (running.size === 0) process.off('exit', killAll);
}

function killAll(): void {
  for (const child of running) kill(child);
}

function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The whole group has ended.
  }
}

/** Returns the last line of what a plugin wrote for people, without control characters. */
function lastLine(errors: Buffer): string {
  const lines = stripVTControlCharacters(errors.toString()).split(/[\r\n]+/);
  const line = lines.findLast((one) => one.trim() !== '') ?? '';
  return line.replaceAll(/\p{C}/gu, ' ').trim().slice(0, 200);
}
