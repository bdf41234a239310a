import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { errorMessage } from '#model/error.ts';
import type { GitHow } from './process.ts';

const execute = promisify(execFile);

/** The keys that may sign, by what they are. */
interface Signers {
  /** Lines of ssh's `allowed_signers`. */
  readonly ssh: readonly string[];
  /** Public SSH keys, or a key revocation list. */
  readonly revoked: Buffer | undefined;
  /** Paths of public PGP keys. */
  readonly pgp: readonly string[];
}

/**
 * Lets git check signatures against some keys and nothing of the machine's, as long as `use` runs.
 *
 * @param keys - a file, or a folder of them: `allowed_signers`, `*.pub`, `revoked_keys`, `*.asc`, `*.gpg`
 * @throws Error when there is no key, or a file that is none of these
 */
export async function withSigners<T>(
  keys: string,
  signal: AbortSignal,
  use: (how: GitHow) => Promise<T>,
): Promise<T> {
  const signers = await readSigners(keys);
  const place = await mkdtemp(join(tmpdir(), 'regatta-signers-'));
  try {
    return await use(await prepare(signers, place, signal));
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function readSigners(keys: string): Promise<Signers> {
  const files = await filesOf(keys);
  const kinds = await Promise.all(files.map(async (file) => [await kindOf(file), file] as const));
  const of = (wanted: string) => kinds.flatMap(([kind, file]) => (kind === wanted ? [file] : []));
  const allowed = await Promise.all(of('allowed').map((file) => readFile(file, 'utf8')));
  const own = await Promise.all(of('public').map((file) => readFile(file, 'utf8')));
  const ssh = [...allowed.flatMap(linesOf), ...own.flatMap(linesOf).map(anybody)];
  const [revoked] = of('revoked');
  const pgp = of('pgp');
  if (ssh.length + pgp.length === 0) throw new Error(`there is no key in ${keys}`);
  return { ssh, pgp, revoked: revoked === undefined ? undefined : await readFile(revoked) };
}

/** Names that start with a dot are Kubernetes' own, in a folder that is mounted. */
async function filesOf(keys: string): Promise<readonly string[]> {
  try {
    if (!(await stat(keys)).isDirectory()) return [keys];
    const names = (await readdir(keys)).filter((name) => !name.startsWith('.'));
    return names.toSorted().map((name) => join(keys, name));
  } catch (error) {
    throw new Error(`keys that may sign: ${errorMessage(error)}`);
  }
}

async function kindOf(file: string): Promise<'pgp' | 'public' | 'revoked' | 'allowed'> {
  const name = basename(file);
  if (/\.(asc|gpg)$/.test(name)) return 'pgp';
  if (name.endsWith('.pub')) return 'public';
  if (name === 'revoked_keys') return 'revoked';
  if (name === 'allowed_signers') return 'allowed';
  throw new Error(
    `${file} is none of allowed_signers, revoked_keys, *.pub, *.asc and *.gpg: it is not guessed which keys it allows`,
  );
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

/** A line that allows a key to sign for Git, whoever the commit says its author is. */
function anybody(key: string): string {
  return `* namespaces="git" ${key}`;
}

async function prepare(signers: Signers, place: string, signal: AbortSignal): Promise<GitHow> {
  const allowed = join(place, 'allowed_signers');
  const revoked = join(place, 'revoked_keys');
  await writeFile(allowed, signers.ssh.map((line) => `${line}\n`).join(''));
  await writeFile(revoked, signers.revoked ?? '');
  // Whoever is in the keyring is trusted: nobody else is.
  await writeFile(join(place, 'gpg.conf'), 'trust-model always\nno-auto-key-retrieve\n');
  const environment = { GNUPGHOME: place };
  if (signers.pgp.length > 0) {
    const args = ['--batch', '--quiet', '--no-autostart', '--import', ...signers.pgp];
    const env = { PATH: process.env.PATH, LC_ALL: 'C', HOME: place, ...environment };
    await execute('gpg', args, { env, signal, timeout: 30_000 }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new Error(`gpg can't read ${signers.pgp.join(', ')}`, { cause: error });
    });
  }
  const config = [
    `gpg.ssh.allowedSignersFile=${allowed}`,
    `gpg.ssh.revocationFile=${revoked}`,
    'gpg.minTrustLevel=fully',
    'gpg.program=gpg',
    'gpg.openpgp.program=gpg',
    'gpg.ssh.program=ssh-keygen',
    // Of certificates by other authorities nothing is known here.
    'gpg.x509.program=false',
  ];
  return { config, environment };
}
