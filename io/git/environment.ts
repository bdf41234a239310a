/** The environment of git processes. It starts empty. SECURITY.md lists what is added, and a test compares the two. */
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitCommand } from './commands/command.ts';

type Environment = Readonly<Record<string, string>>;

/** The user's variables that git gets, besides settings, when it contacts a server. */
export const serverVariables: readonly string[] = [
  'SSH_AUTH_SOCK',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'http_proxy',
  'HTTP_PROXY',
  'https_proxy',
  'HTTPS_PROXY',
  'all_proxy',
  'ALL_PROXY',
  'no_proxy',
  'NO_PROXY',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'CURL_CA_BUNDLE',
];

/** Variables that say where git finds the settings of the user and of the machine. */
export const settingsVariables: readonly string[] = [
  'XDG_CONFIG_HOME',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
];

/** The part of the user's environment that a command gets. */
export interface Reach {
  /**
   * The transports that git may use, in the syntax of GIT_ALLOW_PROTOCOL. Without a value, git may use
   * no transport.
   */
  readonly transport?: string | undefined;
  /**
   * Which settings apply besides those of Regatta. With `all`, git reads the settings of the user and
   * the machine. With `named`, git reads only the file in GIT_CONFIG_GLOBAL.
   */
  readonly settings?: 'named' | 'all' | undefined;
}

/** Returns the environment in which git runs a command. Callers may add variables for one command. */
export function gitEnvironment({ reaches }: GitCommand, reach: Reach): Environment {
  const all = {
    ...userVariables(['PATH']),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
  };
  if (reaches === undefined) return { ...all, HOME: emptyHome(), ...noSettings };
  const settings =
    reach.settings === 'all'
      ? userVariables(settingsVariables)
      : { ...noSettings, ...userVariables(['GIT_CONFIG_GLOBAL']) };
  const user = { HOME: process.env.HOME || homedir(), ...settings };
  if (reaches === 'settings') return { ...all, ...user };
  const { transport = 'none' } = reach;
  return { ...all, ...userVariables(serverVariables), ...user, GIT_ALLOW_PROTOCOL: transport };
}

const noSettings = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };

/** Returns those of the variables that are set in the user's environment and not empty. */
function userVariables(names: readonly string[]): Environment {
  const { env } = process;
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

let madeHome: string | undefined;

/**
 * Returns an empty folder as home, so that git finds no settings there. This process removes the
 * folder when it ends.
 */
function emptyHome(): string {
  if (madeHome !== undefined) return madeHome;
  const home = mkdtempSync(join(tmpdir(), 'regatta-home-'));
  process.once('exit', () => rmSync(home, { recursive: true, force: true }));
  madeHome = home;
  return home;
}
