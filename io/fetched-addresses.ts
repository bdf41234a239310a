import type { FileMap } from '#model/files.ts';
import { parentOf } from '#model/folder.ts';

const kustomization = /(^|\/)(kustomization\.ya?ml|Kustomization)$/;

/**
 * Files to build from, whose kustomizations name what was fetched by its folder instead of by its
 * address, so that kustomize needs no network.
 *
 * @param folders - by address, from the top of the repository
 */
export function withFetched(
  files: FileMap,
  folders: Readonly<Record<string, string>> = {},
): FileMap {
  // One address may be the start of another.
  const addresses = Object.keys(folders).toSorted((a, b) => b.length - a.length);
  if (addresses.length === 0) return files;
  const pattern = new RegExp(addresses.map((address) => RegExp.escape(address)).join('|'), 'g');
  return new Map(
    [...files].map(([path, content]) => {
      if (typeof content !== 'string' || !kustomization.test(path)) return [path, content];
      const up = parentOf(path).replaceAll(/[^/]+/g, '..');
      const toFolder = (address: string) => `${up || '.'}/${folders[address] ?? address}`;
      return [path, content.replaceAll(pattern, toFolder)];
    }),
  );
}
