import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A signing key: the configuration of git that uses it, and its public part. */
export interface SigningKey {
  readonly config: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly public: string;
}

/** Creates an SSH key in a folder. */
export function sshKey(folder: string, name: string): SigningKey {
  const file = join(folder, name);
  run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file]);
  return {
    config: ['gpg.format=ssh', `user.signingKey=${file}`],
    env: {},
    public: readFileSync(`${file}.pub`, 'utf8'),
  };
}

/** Creates a PGP key in a separate keyring; `at` is the time of creation and use, `20200101T000000`. */
export function pgpKey(folder: string, name: string, at?: string): SigningKey {
  const home = join(folder, `gpg-${name}`);
  mkdirSync(home, { mode: 0o700 });
  const clock = at === undefined ? [] : ['--faked-system-time', at];
  const gpg = (...args: readonly string[]) =>
    run('gpg', ['--homedir', home, '--batch', '--quiet', ...clock, ...args]);
  gpg('--passphrase', '', '--quick-generate-key', name, 'ed25519', 'sign', '1d');
  const program = join(home, 'gpg');
  const quoted = clock.map((word) => `'${word}'`).join(' ');
  writeFileSync(program, `#!/bin/sh\nexec gpg ${quoted} "$@"\n`, { mode: 0o755 });
  return {
    config: ['gpg.format=openpgp', `gpg.program=${program}`, `user.signingKey=${name}`],
    env: { GNUPGHOME: home },
    public: gpg('--armor', '--export', name),
  };
}

/** Returns the public part of a PGP key after its owner has revoked it. */
export function revokedPgp({ env }: SigningKey, name: string): string {
  const home = env.GNUPGHOME ?? '';
  const gpg = (...args: readonly string[]) =>
    run('gpg', ['--homedir', home, '--batch', '--quiet', ...args]);
  const listed = gpg('--with-colons', '--list-keys', name);
  const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(listed)?.[1];
  const file = join(home, 'openpgp-revocs.d', `${fingerprint}.rev`);
  writeFileSync(file, readFileSync(file, 'utf8').replace(':-----BEGIN', '-----BEGIN'));
  gpg('--import', file);
  return gpg('--armor', '--export', name);
}

/** Stops the agents that gpg has started for keyrings. */
export function forgetKeys(keys: readonly SigningKey[]): void {
  for (const { GNUPGHOME } of keys.map(({ env }) => env)) {
    if (GNUPGHOME !== undefined) run('gpgconf', ['--homedir', GNUPGHOME, '--kill', 'all']);
  }
}

function run(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}
