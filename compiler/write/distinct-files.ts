import type { Report } from '#model/diagnostic.ts';
import { describeObject, type KubeObject, keyOf } from '#model/object.ts';
import { distinctPathOf, foldPath } from '#model/rendered-path.ts';
import { parseYaml } from '#model/yaml.ts';
import type { RenderedBinding } from '../render.ts';
import type { RenderedFile } from './rendered-files.ts';

/** A rendered file of one cluster, with the binding that it comes from. */
interface FileOfCluster {
  readonly file: RenderedFile;
  readonly binding: RenderedBinding['binding'];
  readonly cluster: string;
}

/**
 * Gives objects of one cluster that would share a file, on some file system, files of their own. Reports
 * objects that are the same object after overrides, because only one of them could be in the cluster.
 */
export function distinctFiles(
  rendered: readonly RenderedBinding[],
  report: Report,
): readonly RenderedBinding[] {
  const groups = sharingOnes(rendered);
  if (groups.length === 0) return rendered;
  reportDuplicates(groups, report);
  for (const group of groups) expectDistinct(group);
  const shared = new Map<RenderedFile, Set<string>>();
  for (const { file, cluster } of groups.flat()) {
    shared.set(file, (shared.get(file) ?? new Set()).add(cluster));
  }
  return rendered.map((one) => ({
    ...one,
    files: one.files.flatMap((file) => divided(file, shared.get(file))),
  }));
}

/** Returns the files that share a path on a cluster, those of each path and cluster together. */
function sharingOnes(rendered: readonly RenderedBinding[]): readonly (readonly FileOfCluster[])[] {
  const all = rendered.flatMap(({ binding, files }) => files.map((file) => ({ binding, file })));
  return Map.groupBy(all, ({ file }) => foldPath(file.path))
    .values()
    .filter(({ length }) => length > 1)
    .flatMap((alike) => {
      const each = alike.flatMap((one) =>
        one.file.clusters.map((cluster) => ({ ...one, cluster })),
      );
      return Map.groupBy(each, ({ cluster }) => cluster).values();
    })
    .filter(({ length }) => length > 1)
    .toArray();
}

/**
 * Checks the invariant `write/same-path`.
 *
 * @throws Error if two objects still share a file, because the compile would lose one of them
 */
function expectDistinct(files: readonly FileOfCluster[]): void {
  const keys = [...new Set(files.map(({ file }) => keyOf(objectIn(file))))];
  if (new Set(keys.map(distinctPathOf)).size < keys.length) {
    throw new Error(`write/same-path: ${keys.join(', ')} have one file`);
  }
}

interface Duplicate {
  readonly object: KubeObject;
  readonly first: FileOfCluster;
  readonly second: FileOfCluster;
}

function reportDuplicates(groups: readonly (readonly FileOfCluster[])[], report: Report): void {
  const reported = new Set<string>();
  for (const duplicate of groups.flatMap(duplicatesAmong)) {
    const key = keyOf(duplicate.object);
    if (!reported.has(key)) reportDuplicate(duplicate, report);
    reported.add(key);
  }
}

/** Returns the files that hold the same object as an earlier one. */
function duplicatesAmong(files: readonly FileOfCluster[]): readonly Duplicate[] {
  const known = new Map<string, FileOfCluster>();
  return files.flatMap((second) => {
    const object = objectIn(second.file);
    const first = known.get(keyOf(object));
    known.set(keyOf(object), second);
    return first === undefined ? [] : [{ object, first, second }];
  });
}

function reportDuplicate({ object, first, second }: Duplicate, report: Report): void {
  const [one, other] = [first.binding.template, second.binding.template];
  const names = `${describeObject(one.object)} and ${describeObject(other.object)}`;
  report({
    code: 'write/duplicate-object',
    severity: 'error',
    message: `overrides make ${names} the same object for ${second.cluster}: ${describeObject(object)}`,
    at: other.at(''),
    related: [{ message: describeObject(one.object), at: one.at('') }],
    hint: 'do not override apiVersion, kind, metadata.name or metadata.namespace',
  });
}

/** Returns the files that take the place of a file which shares its path on some of its clusters. */
function divided(
  file: RenderedFile,
  shared: ReadonlySet<string> | undefined,
): readonly RenderedFile[] {
  if (shared === undefined) return [file];
  const path = distinctPathOf(keyOf(objectIn(file)));
  const { content } = file;
  return [
    { path, content, clusters: file.clusters.filter((cluster) => shared.has(cluster)) },
    { ...file, content, clusters: file.clusters.filter((cluster) => !shared.has(cluster)) },
  ].filter(({ clusters }) => clusters.length > 0);
}

/**
 * Returns the object in a file. The memo has only the digest of a file, so this reads the file; that is rarely
 * necessary.
 */
function objectIn({ content }: RenderedFile): KubeObject {
  const [object] = parseYaml(content.text) as readonly KubeObject[];
  if (object === undefined) throw new Error('a rendered file holds no object');
  return object;
}
