import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { errorMessage } from '#model/error.ts';
import type { SecretsPort } from '#syncer/ports/source.ts';
import { redactor } from '../redactor.ts';
import { type KeyText, readIdentities } from './age.ts';
import { openSecrets } from './decrypt.ts';

/** A file with age keys. */
export interface KeyFile {
  readonly path: string;
  /** The only namespace whose objects the keys open; undefined for all objects. */
  readonly namespace?: string | undefined;
}

/** Where to look for age keys. */
export interface KeySources {
  /** Key files that the user named; each file must exist. */
  readonly files?: readonly KeyFile[] | undefined;
  /** The environment variables of the process. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Loads the age keys that decrypt SOPS-encrypted objects. If the user named files, loads only their keys.
 * Otherwise, as in SOPS, these are the keys in $SOPS_AGE_KEY and in the file that $SOPS_AGE_KEY_FILE
 * names, which defaults to `sops/age/keys.txt` in $XDG_CONFIG_HOME or ~/.config. Without any key, the
 * port decrypts nothing.
 *
 * @throws Error when a named file cannot be read, or when a line is not a key; the message does not
 *   contain the line
 */
export async function loadSecrets(sources: KeySources): Promise<SecretsPort> {
  const texts = keyTexts(sources);
  for (const { text } of texts) {
    for (const line of text.split('\n')) if (!line.startsWith('#')) redactor.remember(line);
  }
  return openSecrets(await readIdentities(texts), redactor);
}

function keyTexts({ files, env }: KeySources): readonly KeyText[] {
  if (files !== undefined) {
    return files.map(({ path, namespace }) => ({ name: path, text: read(path), namespace }));
  }
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
    throw new Error(`cannot read the age keys: ${errorMessage(error)}`);
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
