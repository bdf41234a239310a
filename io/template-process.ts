/** kustomize and Helm as processes: without a network, a home or a cluster of the user's. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Readable } from 'node:stream';

export interface ProcessResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessOptions {
  /** Where it runs, and all that it may write to. */
  readonly directory: string;
  readonly input?: string | undefined;
  /** Instead of one without a network and anything of the user's. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
}

/** A run that takes longer is given up, in milliseconds. */
const timeoutMs = 60_000;

/** More is given up, in characters: no cluster takes so much. */
const maxLength = 256 * 1024 * 1024;

/** Runs a program to its end. What keeps it from that is told as if it had said so. */
export async function runProcess(
  program: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProcessResult> {
  try {
    return await runToEnd(program, args, options);
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'AbortError';
    const late = `it was stopped after ${timeoutMs / 1000} seconds`;
    return { ok: false, stdout: '', stderr: isLate ? late : `it cannot be run: ${error}` };
  }
}

async function runToEnd(
  program: string,
  args: readonly string[],
  { directory, input = '', environment = isolation(directory) }: ProcessOptions,
): Promise<ProcessResult> {
  const child = spawn(program, args, {
    cwd: directory,
    env: environment,
    signal: AbortSignal.timeout(timeoutMs),
    killSignal: 'SIGKILL',
  });
  // It may end without having read all of it.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  try {
    const [[code], stdout, stderr] = await Promise.all([
      once(child, 'close'),
      readText(child.stdout),
      readText(child.stderr),
    ]);
    return { ok: code === 0, stdout, stderr };
  } finally {
    child.kill('SIGKILL');
  }
}

async function readText(stream: Readable): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > maxLength) throw new Error(`it prints more than ${maxLength} characters`);
  }
  return text + decoder.decode();
}

/** A proxy where nothing listens, and no way for git to fetch. */
function isolation(directory: string): NodeJS.ProcessEnv {
  const nowhere = 'http://127.0.0.1:9';
  return {
    PATH: process.env.PATH ?? '',
    HOME: directory,
    TMPDIR: directory,
    XDG_CACHE_HOME: directory,
    XDG_CONFIG_HOME: directory,
    XDG_DATA_HOME: directory,
    KUBECONFIG: join(directory, 'no-kubeconfig'),
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
}

/** A program that was found, and what tells it from a later one of its name. */
export interface FoundProgram {
  readonly name: string;
  readonly path: string;
  readonly identity: string;
}

/** The first of some programs that the PATH has. */
export function findProgram(
  names: readonly string[],
  path: string = process.env.PATH ?? '',
): FoundProgram | undefined {
  const folders = path.split(delimiter).filter(isAbsolute);
  for (const name of names) {
    for (const folder of folders) {
      const found = programAt(name, join(folder, name));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function programAt(name: string, path: string): FoundProgram | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile()) return undefined;
  try {
    accessSync(path, constants.X_OK);
  } catch {
    return undefined;
  }
  return { name, path, identity: `${path} ${stats.size} ${stats.mtimeMs}` };
}
