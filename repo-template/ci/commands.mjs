/** Runs programs for the scripts of the pipelines, with arguments and never through a shell. */
import { spawnSync } from 'node:child_process';

/**
 * Runs a program, returns its standard output and prints its errors.
 *
 * @throws Error if the exit status is not one of `expected`
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

/** Runs the regatta that package.json pins and `npm ci` installed. */
export function regatta(args, options) {
  return run('node_modules/.bin/regatta', args, options);
}

export function git(args, options) {
  return run('git', args, options).stdout.trim();
}
