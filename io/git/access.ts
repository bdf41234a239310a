import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { GitHow } from './process.ts';
import { type RemoteAddress, transportOf } from './url.ts';

/** How a fleet repository on a server is reached. */
export interface AccessOptions {
  /** The user that the token belongs to; servers that need none take any. */
  readonly username?: string | undefined;
  /** A file with the token or password; read anew for each call, so that it may be replaced. */
  readonly tokenFile?: string | undefined;
  /** The token, where no file is given. */
  readonly token?: string | undefined;
  /** PEM certificates that an https server's has to come from, in place of the system's. */
  readonly caFile?: string | undefined;
  /** A private key for ssh. */
  readonly sshKeyFile?: string | undefined;
  /** The host keys that ssh trusts, and no others. */
  readonly knownHostsFile?: string | undefined;
}

/**
 * What git is told of a repository's server. No secret is in an argument: git asks for it through
 * a credential helper, for that server alone, which reads it from its environment.
 *
 * @throws Error when a file is not there, or a token would be sent in the clear
 */
export function gitAccess(repository: RemoteAddress, options: AccessOptions): () => GitHow {
  const { caFile, sshKeyFile, knownHostsFile } = options;
  for (const file of [options.tokenFile, caFile, sshKeyFile, knownHostsFile]) {
    if (file !== undefined && !existsSync(file)) throw new Error(`there is no file ${file}`);
  }
  const server = serverOf(repository.url);
  if (options.tokenFile !== undefined && server === undefined) {
    throw new Error('a token is for a repository at https://: this one is not');
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

/** Runs in git's shell. Its answer is empty where there is no token. */
const helper = `!f() { test "$1" = get && printf '%s' "$REGATTA_GIT_ANSWER"; }; f`;

function secretReader(
  { password }: RemoteAddress,
  { tokenFile, token }: AccessOptions,
): () => string | undefined {
  return () => {
    const secret = tokenFile === undefined ? token : readFileSync(tokenFile, 'utf8').trim();
    const given = secret === undefined || secret === '' ? password : secret;
    return given === undefined ? undefined : oneLine(given);
  };
}

function oneLine(secret: string): string {
  if (/[\n\r\0]/.test(secret)) throw new Error('the user or the token for Git is not one line');
  return secret;
}

function serverOf(url: string): URL | undefined {
  return /^https?:/i.test(url) && URL.canParse(url) ? new URL(url) : undefined;
}

function refuseClearText({ protocol, hostname, origin }: URL): void {
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  if (protocol === 'https:' || loopback) return;
  throw new Error(`a token is not sent to ${origin} in the clear: use https`);
}

/** What somebody set in GIT_SSH_COMMAND comes first: of an option, ssh takes the first. */
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

/** For git's shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
