import { LimitError, type LimitedRun, type ProcessLimits, runLimited } from '#io/child/limits.ts';
import type { Compiled, CompilerPort } from '#syncer/ports/source.ts';
import type { CompileReply } from './compile-process.ts';
import { programOf } from './programs.ts';

/**
 * Returns a compiler that runs each compile in a new child process, so that a commit cannot exhaust the memory
 * of the syncer. What earlier compiles remember is on the disk, and a new process holds nothing of another commit.
 */
export function compilerWithin(limits: ProcessLimits): CompilerPort {
  return async (directory, signal) => {
    try {
      return await compileInChild(directory, limits, signal);
    } catch (error) {
      if (!(error instanceof LimitError)) throw error;
      return { ok: false, diagnostics: [], exceeded: error.message };
    }
  };
}

async function compileInChild(
  directory: string,
  limits: ProcessLimits,
  signal: AbortSignal,
): Promise<Compiled> {
  const replies: CompileReply[] = [];
  const run: LimitedRun = {
    args: [programOf('compile-process'), directory],
    subject,
    limits,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    onMessage: (message) => replies.push(message as CompileReply),
  };
  const status = await runLimited(run, signal);
  const [reply] = replies;
  if (reply === undefined) throw new Error(`${subject} ended with status ${status}`);
  if ('error' in reply) throw new Error(reply.error);
  return reply;
}

/**
 * Runs `regatta compile` with these arguments in a child process, which prints as this process does.
 *
 * @returns the exit status
 * @throws LimitError when the compile exceeds a limit
 */
export function commandWithin(
  limits: ProcessLimits,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const command = [programOf('regatta'), 'compile', ...args];
  return runLimited({ args: command, subject, limits, stdio: 'inherit' }, signal);
}

const subject = 'the compile';
