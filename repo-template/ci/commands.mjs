/** What the scripts of the pipelines run: programs with arguments, never a line for a shell. */
import { spawnSync } from 'node:child_process';

/**
 * Runs a program; what it prints is returned, its errors are shown.
 *
 * @throws Error when it ends with a status that is not among the `expected`
 */
export function run(program, args, { expected = [0], env = {} } = {}) {
  const { status, stdout, error } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1 << 30,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error) throw error;
  if (!expected.includes(status)) {
    throw new Error(`${program} ${args[0]} ended with status ${status}`);
  }
  return { status, stdout };
}

/** The regatta that package.json pins, where `npm ci` has put it. */
export function regatta(args, options) {
  return run('node_modules/.bin/regatta', args, options);
}

export function git(args, options) {
  return run('git', args, options).stdout.trim();
}
