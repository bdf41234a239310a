/** Runs Regatta in a process that records its requests to the engines (engine-calls.ts). */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command.ts';

/** The result of a command. */
export interface CountedRun {
  readonly status: number | null;
  /** The folder, the release or the mesh of each request to an engine, in the order of the requests. */
  readonly asked: readonly string[];
  /** Whether the command loaded an engine before its first request. */
  readonly isPrepared: boolean;
  readonly stdout: string;
  /** Standard output and standard error. */
  readonly output: string;
}

/** Returns a function that runs a command in a repository. The folder holds the cache and the record of the requests. */
export function countedCommand(folder: string): (repo: string, ...args: string[]) => CountedRun {
  const calls = join(folder, 'calls');
  const env = {
    ...process.env,
    XDG_CACHE_HOME: join(folder, 'cache'),
    ENGINE_CALLS: calls,
    NODE_OPTIONS: `--import ${new URL('engine-calls.ts', import.meta.url).href}`,
    NO_COLOR: '1',
  };
  return (repo, ...args) => {
    rmSync(calls, { force: true });
    const options = { cwd: repo, env, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], options);
    const lines = existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : [];
    const asked = lines.filter((line) => line !== 'prepared');
    const isPrepared = lines.includes('prepared');
    return { status, asked, isPrepared, stdout, output: `${stdout}${stderr}` };
  };
}

/** Commits all files of a repository, without the Git settings of the user. */
export function commitAll(repo: string): void {
  const options = { cwd: repo, env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' } };
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  spawnSync('git', ['add', '--all'], options);
  spawnSync('git', [...author, 'commit', '--quiet', '--message', 'a'], options);
}
