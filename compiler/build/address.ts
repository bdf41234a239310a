/**
 * Parses addresses in kustomizations as Kustomize does.
 *
 * Source: kustomize 5, api/internal/git/repospec.go, and its examples/remoteBuild.md.
 */
import type { RemoteSource } from '#model/remote-source.ts';

/** Reports whether Kustomize would fetch a path: it is an address, or looks like a Git repository. */
export function isRemote(path: string): boolean {
  return (
    /^([a-z][a-z0-9+.-]*::?)?[a-z][a-z0-9+.-]*:\/\//i.test(path) ||
    /^(git::|git@|github\.com[/:])/i.test(path) ||
    /[?&](ref|version)=/.test(path)
  );
}

/** A source, and the path of a folder in it. The path of the root is ''. */
export interface RemoteFolder {
  readonly source: RemoteSource;
  readonly path: string;
}

/**
 * Parses an address of a file of objects, or of a folder of a Git repository at a `ref`. Returns undefined if
 * Regatta cannot fetch the address: it has another protocol or a password, or is a Git address without a `ref`.
 */
export function readAddress(text: string): RemoteFolder | undefined {
  const [address = '', query = ''] = text.replace(/^git::/, '').split('?', 2);
  if (hasPassword(address)) return undefined;
  if (isFile(address)) return { source: { type: 'file', url: text }, path: '' };
  const parameters = new URLSearchParams(query);
  const ref = parameters.get('ref') ?? parameters.get('version') ?? '';
  const { url, path } = splitAddress(address);
  const isFetchable = /^(https?|ssh):\/\/[\w.@:[\]-]+\/\S+$|^[\w.-]+@[\w.-]+:\S+$/.test(url);
  if (path.split('/').includes('..')) return undefined;
  if (!isFetchable || !/^[A-Za-z0-9][\w./+-]*$/.test(ref)) return undefined;
  return { source: { type: 'git', url, ref }, path };
}

function isFile(address: string): boolean {
  return /^https?:\/\/[\w.:[\]-]+\/\S*\.(ya?ml|json)$/.test(address);
}

function hasPassword(address: string): boolean {
  return /^https?:\/\/[^/]*@/i.test(address) || /:\/\/[^/@]*:[^/]*@/.test(address);
}

/** Splits off the folder, which follows `//`, `.git/` or `HOST/OWNER/REPOSITORY/`. */
function splitAddress(address: string): { readonly url: string; readonly path: string } {
  const full = /^[\w.-]+\.[a-z]+\//i.test(address) ? `https://${address}` : address;
  const [, start = '', rest = ''] = /^([a-z]+:\/\/)?(.*)$/.exec(full) ?? [];
  const [, url, path = ''] =
    /^(.+?)\/\/(.*)$/.exec(rest) ??
    /^(.+?\.git)(?:\/(.*))?$/.exec(rest) ??
    /^([^/]+\/[^/]+\/[^/]+)(?:\/(.*))?$/.exec(rest) ??
    [];
  return { url: `${start}${url ?? rest}`, path };
}
