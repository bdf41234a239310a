/**
 * The file of an object in a rendered directory: `<namespace or _cluster>/<kind>[.<group>]_<name>.yaml`, with
 * kind and group in lower case. The underscore separates kind and group, which cannot contain one, from
 * the name.
 *
 * Two objects of a cluster never share a file, on any file system. A name that does not fit is shortened and
 * gets the digest of the object's key, `…~0123456789abcdef.yaml`. So do the names of objects that would
 * share a file, such as those of kinds `Foo` and `FOO`.
 */
import { hash } from 'node:crypto';
import { type KubeObject, keyOf, type ObjectKey } from './object.ts';

/** Directory of cluster-scoped objects. The underscore makes it an invalid namespace name. */
const clusterScopedDirectory = '_cluster';

/** Maximum length of a file name on common file systems, in bytes. */
const maxBytes = 255;

/** Maximum length of kind and group in a file name with a digest, in bytes. */
const maxTypeBytes = 150;

const extension = '.yaml';

/** The end of a name with a digest. A name that ends like this gets a digest too. */
const digestForm = /~[0-9a-f]{16}(\.yaml)?$/i;

/** Returns the file of an object with which no other object of its cluster would share it. */
export function renderedPath(object: KubeObject): string {
  return renderedPathOf(keyOf(object));
}

/** Returns the file of the object with this key, if no other object of its cluster would share it. */
export function renderedPathOf(key: ObjectKey): string {
  const { directory, type, name } = partsOf(key);
  const file = `${type}_${name}${extension}`;
  const isPlain =
    Buffer.byteLength(file) <= maxBytes &&
    name === name.normalize() &&
    name === portable(name) &&
    !digestForm.test(name);
  return isPlain ? `${directory}/${file}` : distinctPathOf(key);
}

/** Returns the file with a digest, which no other object has. */
export function distinctPathOf(key: ObjectKey): string {
  const { directory, type, name } = partsOf(key);
  const digest = `~${hash('sha256', key, 'hex').slice(0, 16)}${extension}`;
  const stem = `${shortenedType(type)}_${portable(name.normalize())}`;
  return `${directory}/${shortened(stem, maxBytes - digest.length)}${digest}`;
}

/** Replaces what file names cannot contain on some system. Windows strips blanks and dots at the end of names. */
function portable(name: string): string {
  return name.replace(/[\\"*<>?|]|^ | $/g, '_');
}

/** Returns the files that the object with this key can have; the other objects of its cluster decide which one. */
export function possiblePathsOf(key: ObjectKey): readonly string[] {
  return [...new Set([renderedPathOf(key), distinctPathOf(key)])];
}

/** Reports whether a file has a digest in its name. */
export function hasDigest(path: string): boolean {
  return digestForm.test(path);
}

/** Returns a text that is equal for all paths that some file system takes for the same file. */
export function foldPath(path: string): string {
  // Almost every path consists of such characters, and Unicode's rules cost much more.
  if (/^[ -~]*$/.test(path)) return path.toUpperCase();
  const visible = path.normalize('NFD').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  // Lower case first, because only the capital of some letters has a lower case with another capital.
  return visible.toLowerCase().toUpperCase().normalize('NFD');
}

/** Returns the files of all objects of one cluster. */
export function renderedPaths(keys: readonly ObjectKey[]): ReadonlyMap<ObjectKey, string> {
  const distinct = [...new Set(keys)];
  const shared = sharedPaths(distinct.map(renderedPathOf));
  const pathOf = (key: ObjectKey): string => {
    const path = renderedPathOf(key);
    return shared.has(foldPath(path)) ? distinctPathOf(key) : path;
  };
  return new Map(distinct.map((key) => [key, pathOf(key)]));
}

/** Returns, folded, the paths that several of the given ones share on some file system. */
function sharedPaths(paths: Iterable<string>): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const folded of Iterator.from(paths).map(foldPath)) {
    if (seen.has(folded)) shared.add(folded);
    seen.add(folded);
  }
  return shared;
}

/**
 * Returns kind and group of the object in a file, in lower case and, if they are very long, shortened as by
 * `shortenedType`.
 */
export function typeIn(path: string): string {
  return /^[^/]*\/([^_]*)_/.exec(path)?.[1] ?? '';
}

/** Returns kind and group as a file name with a digest has them. */
export function shortenedType(type: string): string {
  return shortened(type.toLowerCase(), maxTypeBytes);
}

function partsOf(key: ObjectKey): Record<'directory' | 'type' | 'name', string> {
  const [group = '', kind = '', namespace, name = ''] = key.split('/');
  return {
    directory: namespace || clusterScopedDirectory,
    type: (group === '' ? kind : `${kind}.${group}`).toLowerCase(),
    name,
  };
}

/** Returns the longest start of a text of whole characters that fits into a number of bytes. */
function shortened(text: string, bytes: number): string {
  let start = text;
  while (Buffer.byteLength(start) > bytes) start = Array.from(start).slice(0, -1).join('');
  return start;
}
