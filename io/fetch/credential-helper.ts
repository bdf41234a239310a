import { execFile } from 'node:child_process';
import type { RegistryLogin } from './registry-login.ts';

const timeoutMs = 30_000;
const maxAnswer = 64 * 1024;

/**
 * Runs a program of the user, `docker-credential-NAME`, to get the login to a registry. Only the
 * user's Docker and Helm configuration can name it, and never a repository.
 *
 * Source: README of github.com/docker/docker-credential-helpers: the host on standard input, JSON out.
 *
 * @throws Error without the program's output, which may contain a secret
 */
export async function askHelper(name: unknown, host: string): Promise<RegistryLogin | undefined> {
  if (typeof name !== 'string' || !/^[A-Za-z0-9][\w.-]*$/.test(name)) {
    throw new Error(`invalid credential helper name ${JSON.stringify(name)} in a login file`);
  }
  const program = `docker-credential-${name}`;
  const { error, output } = await run(program, host);
  if (error === undefined) return loginIn(program, output);
  if (/credentials not found/i.test(output)) return undefined;
  const reason = error.code === 'ENOENT' ? 'is not on the PATH' : 'failed';
  throw new Error(`${program} ${reason}`);
}

interface Run {
  readonly error?: { readonly code?: unknown };
  readonly output: string;
}

function run(program: string, input: string): Promise<Run> {
  const { promise, resolve } = Promise.withResolvers<Run>();
  const options = { timeout: timeoutMs, maxBuffer: maxAnswer };
  const child = execFile(program, ['get'], options, (error, output) => {
    resolve(error === null ? { output } : { error: { code: error.code }, output });
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  return promise;
}

function loginIn(program: string, output: string): RegistryLogin | undefined {
  try {
    const { Username: user, Secret: secret } = JSON.parse(output);
    if (typeof user !== 'string' || typeof secret !== 'string' || secret === '') return undefined;
    if (user === '<token>') return { type: 'identity', token: secret };
    return { type: 'password', user, password: secret };
  } catch {
    throw new Error(`${program} did not print valid JSON`);
  }
}
