/**
 * A process that runs `regatta` again and again, one run after the other. The code and the engines that one run loads
 * serve the next one too. Each run has its own arguments, environment, working directory, output and exit status.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { command } from '../command.ts';
import '../engine-calls.ts';
import './kept-checker.ts';
import type { CommandReply, CommandRun } from './command-run.ts';

const isInstalled = process.env.REGATTA_TEST_COMMAND !== undefined;
const program = isInstalled ? '../../dist/regatta.mjs' : '../../cli/main.ts';
const main = pathToFileURL(join(command, program));
const { exit } = process;
const printed = { stdout: '', stderr: '' };
let runs = 0;

for (const name of ['stdout', 'stderr'] as const) {
  process[name].write = (text: string | Uint8Array, ...rest: readonly unknown[]) => {
    printed[name] += text;
    for (const written of rest) if (typeof written === 'function') written();
    return true;
  };
}

async function run({ args, cwd, env }: CommandRun): Promise<CommandReply> {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.chdir(cwd);
  process.argv = [process.execPath, command, ...args];
  process.exitCode = 0;
  Object.assign(printed, { stdout: '', stderr: '' });
  const { promise: exited, resolve } = Promise.withResolvers<void>();
  process.exit = ((status?: number) => {
    if (status !== undefined) process.exitCode = status;
    resolve();
  }) as typeof process.exit;
  // The query makes Node evaluate the module again, and only this one: what it imports stays loaded.
  main.search = `?run=${++runs}`;
  await Promise.race([import(main.href), exited]);
  process.removeAllListeners('uncaughtException');
  return { status: Number(process.exitCode), ...printed };
}

process.on('message', async (request: CommandRun) => {
  process.send?.(await run(request));
});
process.on('disconnect', () => exit());
