import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { redact } from './process.ts';

/** The address of a fleet repository, and the login that it contained. */
export interface RemoteAddress {
  /** An absolute path, or a URL without a password. */
  readonly url: string;
  readonly username?: string;
  /** Password from the address. `url` does not contain it, so that no argument of a process and no file does. */
  readonly password?: string;
}

/**
 * Parses a local path, which becomes absolute, or a URL.
 *
 * @throws Error when the text is neither, could run a program, or has a password that its transport cannot use
 */
export function parseRemoteAddress(repo: string): RemoteAddress {
  if (existsSync(repo)) return { url: resolve(repo) };
  if (isUnsafe(repo)) throw new Error(`unsafe repository: ${redact(repo)}`);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(repo)) return withoutPassword(repo);
  if (/^[^/]+:/.test(repo)) return { url: repo };
  throw new Error(`no repository at ${redact(repo)}`);
}

/**
 * Reports whether git could misread an address: it runs a program for `<transport>::<address>`, and
 * reads a leading dash of an address or host as an option.
 */
function isUnsafe(repo: string): boolean {
  const hasControl = [...repo].some((letter) => letter < ' ');
  return hasControl || repo.startsWith('-') || /^[^/:]*::/.test(repo) || /(^|@|:\/\/)-/.test(repo);
}

function withoutPassword(repo: string): RemoteAddress {
  if (!URL.canParse(repo)) return { url: repo };
  const url = new URL(repo);
  const { username, password } = url;
  if (!/^https?:$/.test(url.protocol)) {
    if (password !== '')
      throw new Error(`${redact(repo)}: only an https address can have a password`);
    return { url: repo };
  }
  url.username = '';
  url.password = '';
  return {
    url: username === '' && password === '' ? repo : url.href,
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
  };
}

/**
 * Returns the transports that an address needs, in the syntax of GIT_ALLOW_PROTOCOL. An http server may
 * redirect to https.
 *
 * @throws Error when the address needs a transport that git does not ship
 */
export function transportOf(url: string): string {
  if (url.startsWith('/') || /^[a-z]:[\\/]/i.test(url)) return 'file';
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  const transport = scheme === undefined ? 'ssh' : transports.get(scheme);
  if (transport === undefined || /^[^/:]*::/.test(url)) {
    throw new Error(`${redact(url)}: transport not allowed (use https, http, ssh, git or file)`);
  }
  return transport;
}

const transports = new Map([
  ['https', 'https'],
  ['http', 'http:https'],
  ['ssh', 'ssh'],
  ['git+ssh', 'ssh'],
  ['ssh+git', 'ssh'],
  ['git', 'git'],
  ['file', 'file'],
]);
