import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { redact } from './process.ts';

/** Where a fleet repository is, and what its address said of who asks. */
export interface RemoteAddress {
  /** An absolute path, or a URL without a password. */
  readonly url: string;
  readonly username?: string;
  /** Taken out of the URL, so that it is in no argument of a process and in no file. */
  readonly password?: string;
}

/** A path made absolute, or a URL. @throws Error when it is neither, could run a program, or has a password of no use */
export function parseRemoteAddress(repo: string): RemoteAddress {
  if (existsSync(repo)) return { url: resolve(repo) };
  if (isUnsafe(repo)) throw new Error(`unsafe repository: ${redact(repo)}`);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(repo)) return withoutPassword(repo);
  if (/^[^/]+:/.test(repo)) return { url: repo };
  throw new Error(`no repository at ${redact(repo)}`);
}

/** `<transport>::<address>` runs a program; a dash at the start of it or of a host is an option. */
function isUnsafe(repo: string): boolean {
  const odd = [...repo].some((letter) => letter < ' ');
  return odd || repo.startsWith('-') || /^[^/:]*::/.test(repo) || /(^|@|:\/\/)-/.test(repo);
}

function withoutPassword(repo: string): RemoteAddress {
  if (!URL.canParse(repo)) return { url: repo };
  const url = new URL(repo);
  const { username, password } = url;
  if (!/^https?:$/.test(url.protocol)) {
    if (password !== '') throw new Error(`${redact(repo)}: a password is for https alone`);
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
 * The transports that an address needs, as GIT_ALLOW_PROTOCOL names them. A server at http may redirect
 * to https.
 *
 * @throws Error when no transport of git's own reaches it
 */
export function transportOf(url: string): string {
  if (url.startsWith('/') || /^[a-z]:[\\/]/i.test(url)) return 'file';
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  const transport = scheme === undefined ? 'ssh' : transports.get(scheme);
  if (transport === undefined || /^[^/:]*::/.test(url)) {
    throw new Error(
      `${redact(url)}: its transport is not allowed: use https, http, ssh, git or file`,
    );
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
