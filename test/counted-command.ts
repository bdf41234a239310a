/** Runs Regatta in a process that records its requests to the engines (engine-calls.ts). */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command.ts';
import type { CommandReply } from './commands/command-run.ts';
import { runCommand } from './commands/run-command.ts';

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

type RunIn = (repo: string, ...args: readonly string[]) => CountedRun;

/** Functions that run a command in a repository. */
export interface CountedCommand {
  /** In a process of its own, which knows only what earlier ones wrote. */
  readonly alone: RunIn;
  /** In the process of earlier commands. */
  readonly kept: RunIn;
}

/** Returns functions that run a command in a repository. The folder holds the cache and the record of the requests. */
export function countedCommand(folder: string): CountedCommand {
  const calls = join(folder, 'calls');
  const env = {
    ...process.env,
    XDG_CACHE_HOME: join(folder, 'cache'),
    ENGINE_CALLS: calls,
    NO_COLOR: '1',
  };
  const counted = (run: () => CommandReply): CountedRun => {
    rmSync(calls, { force: true });
    const { status, stdout, stderr } = run();
    const lines = existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : [];
    const asked = lines.filter((line) => line !== 'prepared');
    const isPrepared = lines.includes('prepared');
    return { status, asked, isPrepared, stdout, output: `${stdout}${stderr}` };
  };
  const NODE_OPTIONS = `--import ${new URL('engine-calls.ts', import.meta.url).href}`;
  return {
    alone: (cwd, ...args) => {
      const options = { cwd, env: { ...env, NODE_OPTIONS }, encoding: 'utf8' } as const;
      return counted(() => spawnSync(process.execPath, [command, ...args], options));
    },
    kept: (cwd, ...args) => counted(() => runCommand(args, { cwd, env })),
  };
}

/** Commits all files of a repository, without the Git settings of the user. */
export function commitAll(repo: string): void {
  const options = { cwd: repo, env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' } };
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  spawnSync('git', ['add', '--all'], options);
  spawnSync('git', [...author, 'commit', '--quiet', '--message', 'a'], options);
}
