import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { SecretsPort } from '#syncer/ports.ts';
import { type AgeIdentity, readIdentities } from './age.ts';
import { openSecrets } from './decrypt.ts';

/** Where SOPS itself looks for age keys, as far as nothing says otherwise. */
export interface KeySources {
  /** The user's word: it has to be there. */
  readonly file?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Opens what SOPS has encrypted, with the age keys that there are. @throws as `loadIdentities` */
export function loadSecrets(sources: KeySources): SecretsPort {
  return openSecrets(loadIdentities(sources));
}

/**
 * The age keys to open Secrets with: those of the named file, else those of $SOPS_AGE_KEY, of the file
 * that $SOPS_AGE_KEY_FILE names, and of SOPS' own place in the home folder.
 *
 * @throws Error when a named file cannot be read, or holds anything but keys; without what it holds
 */
function loadIdentities({ file, env }: KeySources): readonly AgeIdentity[] {
  if (file !== undefined) return identitiesIn(file, read(file));
  const { SOPS_AGE_KEY: key, SOPS_AGE_KEY_FILE: named, XDG_CONFIG_HOME: folder } = env;
  const configuration = folder || join(homedir(), '.config');
  const usual = join(configuration, 'sops/age/keys.txt');
  return [
    ...(key ? identitiesIn('$SOPS_AGE_KEY', key) : []),
    ...(named ? identitiesIn(named, read(named)) : identitiesIn(usual, readIfThere(usual))),
  ];
}

function identitiesIn(name: string, text: string): readonly AgeIdentity[] {
  try {
    return readIdentities(text);
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
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
