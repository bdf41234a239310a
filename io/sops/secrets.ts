import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { SecretsPort } from '#syncer/ports/source.ts';
import { type KeyText, readIdentities } from './age.ts';
import { openSecrets } from './decrypt.ts';

/** Where SOPS itself looks for age keys, as far as nothing says otherwise. */
export interface KeySources {
  /** The user's word: it has to be there. */
  readonly file?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Opens what SOPS has encrypted, with the age keys that there are: those of the named file, else those of
 * $SOPS_AGE_KEY, of the file that $SOPS_AGE_KEY_FILE names, and of SOPS' own place in the home folder.
 *
 * @throws Error when a named file cannot be read, or holds anything but keys; without what it holds
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
    throw new Error(`the age keys in ${file} cannot be read: ${code}`);
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
