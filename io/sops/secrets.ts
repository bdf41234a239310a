import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { SecretsPort } from '#syncer/ports/source.ts';
import { type KeyText, readIdentities } from './age.ts';
import { openSecrets } from './decrypt.ts';

/** The sources of age keys. */
export interface KeySources {
  /** A key file that the user named; it must exist. */
  readonly file?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Loads the age keys that decrypt SOPS-encrypted objects: those of the named file, or else, as in
 * SOPS, those of $SOPS_AGE_KEY and of the file in $SOPS_AGE_KEY_FILE, which defaults to keys.txt in
 * SOPS' configuration folder.
 *
 * @throws Error, without file content, when a named file cannot be read or has a line that is not a key
 */
export async function loadSecrets(sources: KeySources): Promise<SecretsPort> {
  return openSecrets(await readIdentities(keyTexts(sources)));
}

function keyTexts({ file, env }: KeySources): readonly KeyText[] {
  if (file !== undefined) return [{ name: file, text: read(file) }];
  const { SOPS_AGE_KEY: key, SOPS_AGE_KEY_FILE: named, XDG_CONFIG_HOME: folder } = env;
  const configuration = folder || join(homedir(), '.config');
  const usual = join(configuration, 'sops/age/keys.txt');
  return [
    { name: '$SOPS_AGE_KEY', text: key ?? '' },
    named ? { name: named, text: read(named) } : { name: usual, text: readIfThere(usual) },
  ];
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new Error(`cannot read the age keys in ${file}: ${code}`);
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
