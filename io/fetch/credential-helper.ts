import { execFile } from 'node:child_process';
import type { RegistryLogin } from './credentials.ts';

const timeoutMs = 30_000;
const maxAnswer = 64 * 1024;

/**
 * Asks a program of the user, `docker-credential-NAME`, for the login to a registry. Docker's files name
 * it; nothing of a repository does.
 *
 * Source: github.com/docker/docker-credential-helpers, its README: the host on standard input, JSON out.
 *
 * @throws Error without the program's output, which may hold a secret
 */
export async function askHelper(name: unknown, host: string): Promise<RegistryLogin | undefined> {
  if (typeof name !== 'string' || !/^[A-Za-z0-9][\w.-]*$/.test(name)) {
    throw new Error(
      `a file with logins names ${JSON.stringify(name)}, which is no credential helper`,
    );
  }
  const program = `docker-credential-${name}`;
  const { error, output } = await run(program, host);
  if (error === undefined) return loginIn(program, output);
  if (/credentials not found/i.test(output)) return undefined;
  const reason = error.code === 'ENOENT' ? 'is not on the PATH' : 'has failed';
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
    throw new Error(`${program} has not answered with JSON`);
  }
}
