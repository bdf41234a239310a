import type { FileMap } from '#model/files.ts';
import type { Locate } from '#model/source.ts';
import type { KustomizeDocument } from '#model/template-build.ts';
import { type RawObject, readObjects } from '../parse/documents.ts';

/**
 * Returns the positions of an object that Kustomize built: in the resource that it comes from, or else in
 * the kustomization that creates it, or else in the kustomization of the build.
 */
export function originOf(
  value: RawObject['value'],
  origin: KustomizeDocument['origin'],
  { files, at }: { readonly files: FileMap; readonly at: Locate },
): Locate {
  const file = origin?.path || origin?.configuredIn || '';
  return typeof files.get(file) === 'string' ? locateIn(files, file, value) : at;
}

/** Finds an object by kind and similar name, because Kustomize may have changed the name. */
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
