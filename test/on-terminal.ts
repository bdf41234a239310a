import { spawn } from 'node:child_process';
import { command } from './command.ts';

/** The exit status of a command, and everything that it printed on its terminal. */
interface TerminalRun {
  readonly status: number | null;
  readonly text: string;
}

/**
 * Runs regatta on a terminal of its own, by the program `script`.
 *
 * @param until - the output after which the user presses Ctrl+C
 */
export async function onTerminal(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  until?: RegExp,
): Promise<TerminalRun> {
  const words = [process.execPath, command, ...args].map((word) => `'${word}'`);
  const clean = { ...process.env, NO_COLOR: '', CI: '', FORCE_COLOR: undefined, TERM: 'xterm' };
  const child = spawn('script', ['-qec', `exec ${words.join(' ')}`, '/dev/null'], {
    env: { ...clean, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  let isStopped = false;
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk;
    if (isStopped || !until?.test(text)) return;
    isStopped = true;
    child.stdin.write('\u0003');
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, text };
}
