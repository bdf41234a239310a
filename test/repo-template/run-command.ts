import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { command } from '#test/command.ts';

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Where {
  readonly cwd?: string;
  /** Replaces the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs `regatta` to its end, and accepts any exit status. */
export function runCommand(args: readonly string[], where?: Where): Promise<Ran> {
  return runProgram(process.execPath, [command, ...args], where);
}

/** Runs a program to its end, and accepts any exit status; it does not block servers of this process. */
export async function runProgram(
  program: string,
  args: readonly string[],
  where: Where = {},
): Promise<Ran> {
  const child = spawn(program, args, { ...where, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { status, stdout, stderr };
}
