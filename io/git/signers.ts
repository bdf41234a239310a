import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { errorMessage } from '#model/error.ts';
import type { GitHow } from './process.ts';

const execute = promisify(execFile);

/** The trusted keys, by type. */
interface Signers {
  /** Lines of an `allowed_signers` file of ssh. */
  readonly ssh: readonly string[];
  /** Revoked SSH keys: public keys, or a key revocation list. */
  readonly revoked: Buffer | undefined;
  /** Paths of public PGP keys. */
  readonly pgp: readonly string[];
}

/**
 * Runs `use` with settings in which git verifies signatures against the given keys only, and ignores
 * the keys of the machine.
 *
 * @param keys - a file or a folder of files: `allowed_signers`, `*.pub`, `revoked_keys`, `*.asc`, `*.gpg`
 * @throws Error when there is no key, or a file has another name
 */
export async function withSigners<T>(
  keys: string,
  signal: AbortSignal,
  use: (how: GitHow) => Promise<T>,
): Promise<T> {
  const signers = await readSigners(keys);
  const directory = await mkdtemp(join(tmpdir(), 'regatta-signers-'));
  try {
    return await use(await prepare(signers, directory, signal));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function readSigners(keys: string): Promise<Signers> {
  const files = await filesOf(keys);
  const kinds = await Promise.all(files.map(async (file) => [await kindOf(file), file] as const));
  const of = (type: string) => kinds.flatMap(([kind, file]) => (kind === type ? [file] : []));
  const allowed = await Promise.all(of('allowed').map((file) => readFile(file, 'utf8')));
  const own = await Promise.all(of('public').map((file) => readFile(file, 'utf8')));
  const ssh = [...allowed.flatMap(linesOf), ...own.flatMap(linesOf).map(allowedSigner)];
  const [revoked] = of('revoked');
  const pgp = of('pgp');
  if (ssh.length + pgp.length === 0) throw new Error(`${keys} contains no key`);
  return { ssh, pgp, revoked: revoked === undefined ? undefined : await readFile(revoked) };
}

/** Lists the key files. In a mounted volume, names that start with a dot belong to Kubernetes. */
async function filesOf(keys: string): Promise<readonly string[]> {
  try {
    if (!(await stat(keys)).isDirectory()) return [keys];
    const names = (await readdir(keys)).filter((name) => !name.startsWith('.'));
    return names.toSorted().map((name) => join(keys, name));
  } catch (error) {
    throw new Error(`cannot read the keys to verify with: ${errorMessage(error)}`);
  }
}

async function kindOf(file: string): Promise<'pgp' | 'public' | 'revoked' | 'allowed'> {
  const name = basename(file);
  if (/\.(asc|gpg)$/.test(name)) return 'pgp';
  if (name.endsWith('.pub')) return 'public';
  if (name === 'revoked_keys') return 'revoked';
  if (name === 'allowed_signers') return 'allowed';
  throw new Error(
    `unknown key file ${file}: the name must be allowed_signers, revoked_keys, *.pub, *.asc or *.gpg`,
  );
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

/** Formats a line of `allowed_signers` that trusts a key for Git, for commits of any author. */
function allowedSigner(key: string): string {
  return `* namespaces="git" ${key}`;
}

async function prepare(signers: Signers, directory: string, signal: AbortSignal): Promise<GitHow> {
  const allowed = join(directory, 'allowed_signers');
  const revoked = join(directory, 'revoked_keys');
  await writeFile(allowed, signers.ssh.map((line) => `${line}\n`).join(''));
  await writeFile(revoked, signers.revoked ?? '');
  // The keyring holds only trusted keys, and gpg must not fetch others.
  await writeFile(join(directory, 'gpg.conf'), 'trust-model always\nno-auto-key-retrieve\n');
  const environment = { GNUPGHOME: directory };
  if (signers.pgp.length > 0) {
    const args = ['--batch', '--quiet', '--no-autostart', '--import', ...signers.pgp];
    const env = { PATH: process.env.PATH, LC_ALL: 'C', HOME: directory, ...environment };
    await execute('gpg', args, { env, signal, timeout: 30_000 }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new Error(`gpg cannot read ${signers.pgp.join(', ')}`, { cause: error });
    });
  }
  const config = [
    `gpg.ssh.allowedSignersFile=${allowed}`,
    `gpg.ssh.revocationFile=${revoked}`,
    'gpg.minTrustLevel=fully',
    'gpg.program=gpg',
    'gpg.openpgp.program=gpg',
    'gpg.ssh.program=ssh-keygen',
    // Git then rejects X.509 signatures, because Regatta has no certificates that verify them.
    'gpg.x509.program=false',
  ];
  return { config, environment };
}
