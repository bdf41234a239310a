/** Where a fleet comes from: the repository, the branch and the rendered root. */
import { hash } from 'node:crypto';
import { decoded } from './url-escapes.ts';

/** Where a syncer gets a fleet from. */
export interface Origin {
  /** The address of the repository, as `repositoryAddress` returns it. */
  readonly repository: string;
  /** The branch; '' for a commit that no branch was followed to. */
  readonly branch: string;
  /** The rendered root. */
  readonly path: string;
}

/**
 * Returns the host and the path of a repository's address, without scheme, user, default port and `.git`, so
 * that all addresses of one repository are equal.
 */
export function repositoryAddress(url: string): string {
  const parsed =
    /^[a-z][a-z0-9+.-]*:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined) return withoutSuffix(hostAndPath(url));
  const { protocol, hostname, port, pathname } = parsed;
  const isDefault =
    port === '' || defaultPorts.get(protocol.replace(/^git\+|\+git(?=:)/, '')) === port;
  return withoutSuffix(
    `${hostname.toLowerCase()}${isDefault ? '' : `:${port}`}${decoded(pathname)}`,
  );
}

const defaultPorts: ReadonlyMap<string, string> = new Map([
  ['https:', '443'],
  ['http:', '80'],
  ['ssh:', '22'],
  ['git:', '9418'],
]);

/** Reads the short form of ssh, `user@host:path`. Other texts are local paths. */
function hostAndPath(text: string): string {
  const [, host, path] = /^(?:[^/@]*@)?([^/:]+):(.*)$/.exec(text) ?? [];
  if (host === undefined || path === undefined) return text;
  return `${host.toLowerCase()}/${path.replace(/^\/+/, '')}`;
}

function withoutSuffix(address: string): string {
  return address
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .replace(/\/+$/, '');
}

/** Returns the id of a fleet whose regatta.yaml sets none. */
export function derivedId({ repository, path }: Origin): string {
  return `x${hash('sha256', `${repository} ${path}`, 'hex').slice(0, 9)}`;
}
