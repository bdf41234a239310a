import type { FileMap } from '#model/files.ts';
import { resolvePath } from '#model/folder.ts';
import type { Locate } from '#model/source.ts';
import { type RawObject, readObjects } from '../parse/documents.ts';

const annotation = 'config.kubernetes.io/origin';

/** An object that kustomize made, without what was only asked for to find where it comes from. */
export function withoutOrigin(value: RawObject['value']): RawObject['value'] {
  const { metadata } = value;
  const { annotations, ...rest } = fieldsOf(metadata);
  const { [annotation]: origin, ...others } = fieldsOf(annotations);
  if (origin === undefined) return value;
  const left = Object.keys(others).length === 0 ? rest : { ...rest, annotations: others };
  return { ...value, metadata: left };
}

/**
 * Where the fields of an object that kustomize made come from: the resource that it was, or the
 * kustomization that makes it; the one that was built when neither is known.
 *
 * @param folder - the one that was built
 */
export function originOf(
  { value }: RawObject,
  { files, folder, at }: { readonly files: FileMap; readonly folder: string; readonly at: Locate },
): Locate {
  const { annotations } = fieldsOf(fieldsOf(value.metadata));
  const text = String(fieldsOf(annotations)[annotation] ?? '');
  const [, path = ''] = /^(?:path|configuredIn): (.*)$/m.exec(text) ?? [];
  const file = path === '' ? undefined : resolvePath(folder, path);
  if (file === undefined || typeof files.get(file) !== 'string') return at;
  return (pointer, options) => locateIn(files, file, value)(pointer, options);
}

/** Resources may have been renamed: the nearest in kind and name is taken. */
function locateIn(files: FileMap, file: string, value: RawObject['value']): Locate {
  const text = files.get(file);
  const objects = typeof text === 'string' ? readObjects({ file, text }, () => {}) : [];
  const sameKind = objects.filter((object) => object.value.kind === value.kind);
  const name = nameOf(value);
  const found = sameKind.find((object) => name.includes(nameOf(object.value))) ?? sameKind[0];
  return found?.at ?? (() => ({ file, line: 1, column: 1 }));
}

function nameOf(value: RawObject['value']): string {
  return String(fieldsOf(value.metadata).name ?? '');
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}
