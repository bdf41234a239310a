import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { redactor } from '../redactor.ts';
import type { GitHow } from './process.ts';
import { type RemoteAddress, transportOf } from './url.ts';

/** How git logs in to the server of a fleet repository, and how it verifies the server. */
export interface AccessOptions {
  /** User name sent with the token; servers that only check the token accept any name. */
  readonly username?: string | undefined;
  /**
   * File that holds the token or password. Each git command reads the file again, so that users can
   * rotate the token.
   */
  readonly tokenFile?: string | undefined;
  /** The token. A token in `tokenFile` takes precedence. */
  readonly token?: string | undefined;
  /** PEM bundle of the CAs that verify an https server. It replaces the CAs of the system. */
  readonly caFile?: string | undefined;
  /** Private key for ssh. */
  readonly sshKeyFile?: string | undefined;
  /** The only host keys that ssh trusts. */
  readonly knownHostsFile?: string | undefined;
}

/**
 * Returns the settings with which git reaches a repository's server. Arguments never contain a secret:
 * git gets it from a credential helper for that server, which reads its environment.
 *
 * @throws Error when a file does not exist, `tokenFile` is set for a repository that is not on an http
 *   server, the token contains a line break, or git would send the token unencrypted
 */
export function gitAccess(repository: RemoteAddress, options: AccessOptions): () => GitHow {
  const { caFile, sshKeyFile, knownHostsFile } = options;
  for (const file of [options.tokenFile, caFile, sshKeyFile, knownHostsFile]) {
    if (file !== undefined && !existsSync(file)) throw new Error(`file ${file} does not exist`);
  }
  const server = serverOf(repository.url);
  if (options.tokenFile !== undefined && server === undefined) {
    throw new Error('a token requires a repository with an https:// address');
  }
  const secret = secretReader(repository, options);
  if (server !== undefined && secret() !== undefined) refuseClearText(server);
  const config = [
    ...(server === undefined ? [] : [`credential.${server.origin}.helper=${helper}`]),
    'ssh.variant=ssh',
  ];
  const ssh = sshCommand(options);
  const username = oneLine(options.username ?? repository.username ?? 'git');
  return () => {
    const token = server && secret();
    const answer = token === undefined ? '' : `username=${username}\npassword=${token}\n`;
    return {
      transport: transportOf(repository.url),
      config,
      environment: {
        GIT_SSH_COMMAND: ssh,
        REGATTA_GIT_ANSWER: answer,
        ...(caFile !== undefined && { GIT_SSL_CAINFO: resolve(caFile) }),
      },
    };
  };
}

/** A shell function that git runs as credential helper. Without a token its answer is empty. */
const helper = `!f() { test "$1" = get && printf '%s' "$REGATTA_GIT_ANSWER"; }; f`;

function secretReader(
  { password }: RemoteAddress,
  { tokenFile, token }: AccessOptions,
): () => string | undefined {
  return () => {
    const secret = tokenFile === undefined ? token : readFileSync(tokenFile, 'utf8').trim();
    const given = secret === undefined || secret === '' ? password : secret;
    if (given === undefined) return undefined;
    redactor.remember(given);
    return oneLine(given);
  };
}

function oneLine(secret: string): string {
  if (/[\n\r\0]/.test(secret))
    throw new Error('the user name or token for Git contains a line break');
  return secret;
}

function serverOf(url: string): URL | undefined {
  return /^https?:/i.test(url) && URL.canParse(url) ? new URL(url) : undefined;
}

function refuseClearText({ protocol, hostname, origin }: URL): void {
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  if (protocol === 'https:' || loopback) return;
  throw new Error(`Regatta does not send a token to ${origin} without encryption: use https`);
}

/** Options of the user's GIT_SSH_COMMAND come first, because ssh uses the first value of an option. */
function sshCommand({ sshKeyFile, knownHostsFile }: AccessOptions): string {
  const options = ['BatchMode=yes', 'StrictHostKeyChecking=yes'];
  if (knownHostsFile !== undefined) {
    options.push(`UserKnownHostsFile="${resolve(knownHostsFile)}"`);
    options.push('GlobalKnownHostsFile=/dev/null');
  }
  if (sshKeyFile !== undefined) {
    options.push(`IdentityFile="${resolve(sshKeyFile)}"`, 'IdentitiesOnly=yes');
  }
  const { GIT_SSH_COMMAND, GIT_SSH } = process.env;
  const program = GIT_SSH_COMMAND ?? quoted(GIT_SSH ?? 'ssh');
  return [program, ...options.map((option) => `-o ${quoted(option)}`)].join(' ');
}

/** Quotes a word for the shell in which git runs ssh. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
