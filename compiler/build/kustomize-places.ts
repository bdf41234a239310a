/** Finds the places of faults for which Kustomize names no file. */
import type { Diagnostic, Position } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { parentOf, resolvePath } from '#model/folder.ts';
import { nearestWord } from '#model/nearest.ts';
import { isFieldMap } from '#model/object.ts';
import { pointerTo } from '#model/pointer.ts';
import { duplicateMessage, readYamlStream } from '#model/yaml.ts';
import { type RawObject, readObjects } from '../parse/documents.ts';
import { positionOf } from '../parse/positions.ts';
import { chartIn, kustomizationIn } from './folders.ts';
import { type KustomizeCause, mentionIn } from './kustomize-cause.ts';

/** A fault as Kustomize reports it, and the files of the build. */
export interface KustomizeFault {
  /** Folder of the kustomization that the engine built. */
  readonly directory: string;
  readonly error: string;
  readonly cause: KustomizeCause;
  /** The files that Kustomize read or looked for. */
  readonly reads: readonly string[];
  readonly files: FileMap;
}

/** The message and the hint that replace Kustomize's own message and the general hint. */
export interface FoundPlace {
  readonly at: Position;
  readonly text?: string;
  readonly hint?: string;
  readonly related?: NonNullable<Diagnostic['related']>;
}

/**
 * Returns a diagnostic for each key that a map has twice. Kustomize names the keys, and lines that it counts from the
 * start of a document.
 */
export function duplicateKeyFaults(fault: KustomizeFault): readonly Diagnostic[] {
  const named = fault.error.matchAll(/mapping key "((?:[^"\\]|\\.)*)" already defined/g);
  const keys = new Set([...named].map(([, key]) => key));
  if (keys.size === 0) return [];
  return textsRead(fault).flatMap(({ file, text }) => {
    const stream = readYamlStream(text);
    if ('message' in stream) return [];
    const found = stream.duplicates.filter(({ key }) => keys.has(key));
    return found.map((duplicate) => ({
      code: 'parse/duplicate-key',
      severity: 'error',
      message: `kustomize cannot build ${fault.directory}: ${duplicateMessage(duplicate)}`,
      at: positionOf(file, text, duplicate.offset),
      related: [{ at: positionOf(file, text, duplicate.first), message: 'the first definition' }],
      hint: 'keep one of the two, because Kustomize refuses a map with the same key twice',
    }));
  });
}

/** Returns the place of a fault that Kustomize describes by a field, an object or a path; undefined for others. */
export function placeOf(fault: KustomizeFault): FoundPlace | undefined {
  return (
    unknownField(fault) ??
    idlePatch(fault) ??
    failedPath(fault) ??
    absentSource(fault) ??
    noKustomization(fault)
  );
}

/** Returns the YAML and JSON files that Kustomize read, with their texts. */
export function textsRead({
  reads,
  files,
}: KustomizeFault): readonly { file: string; text: string }[] {
  return reads.flatMap((file) => {
    const text = files.get(file);
    return typeof text === 'string' && /(\.(ya?ml|json)|Kustomization)$/.test(file)
      ? [{ file, text }]
      : [];
  });
}

/** Returns the kustomization at fault. */
export function kustomizationOf({ cause, files }: KustomizeFault): RawObject | undefined {
  const file = kustomizationIn(files, cause.folder);
  const text = file === undefined ? undefined : files.get(file);
  if (file === undefined || typeof text !== 'string') return undefined;
  return readObjects({ file, text }, () => {})[0];
}

/** The fields of a kustomization. */
const knownFields: readonly string[] = [
  ...['resources', 'components', 'generators', 'transformers', 'validators', 'crds', 'openapi'],
  ...['namePrefix', 'nameSuffix', 'namespace', 'labels', 'commonLabels', 'commonAnnotations'],
  ...['images', 'replicas', 'patches', 'replacements', 'configurations', 'sortOptions'],
  ...['configMapGenerator', 'secretGenerator', 'generatorOptions', 'buildMetadata', 'vars'],
];

function unknownField(fault: KustomizeFault): FoundPlace | undefined {
  const [, field = ''] = /json: unknown field "([^"]*)"/.exec(fault.error) ?? [];
  const kustomization = field === '' ? undefined : kustomizationOf(fault);
  if (kustomization === undefined) return undefined;
  const path = pathTo(kustomization.value, field);
  if (path === undefined) return undefined;
  const meant = path.length === 1 ? nearestWord(field, knownFields) : undefined;
  const hint = meant === undefined ? {} : { hint: `did you mean ${meant}?` };
  return { at: kustomization.at(pointerTo(path), { key: true }), ...hint };
}

/** Returns the shortest path to a key. */
function pathTo(value: unknown, key: string): readonly string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isFieldMap(value) && !Array.isArray(value) && Object.hasOwn(value, key)) return [key];
  for (const [name, member] of Object.entries(value)) {
    const below = pathTo(member, key);
    if (below !== undefined) return [name, ...below];
  }
  return undefined;
}

function idlePatch(fault: KustomizeFault): FoundPlace | undefined {
  const [, kind = '', name = ''] =
    /failed to find unique target for patch (\w+)\.\S*?\/(\S+)\.\S+$/.exec(fault.cause.text) ?? [];
  const kustomization = kind === '' ? undefined : kustomizationOf(fault);
  if (kustomization === undefined) return undefined;
  for (const { pointer, file, text } of patchesOf(kustomization, fault)) {
    const patch = readObjects({ file, text }, () => {}).find(
      ({ value }) => value.kind === kind && Object(value.metadata).name === name,
    );
    if (patch === undefined) continue;
    return {
      at: pointer === undefined ? patch.at('') : kustomization.at(pointer),
      text: `no resource matches the patch for ${kind} ${name}`,
      hint: 'correct the kind, the name or the namespace in the patch: they are those of a resource before prefixes and suffixes',
    };
  }
  return undefined;
}

/** A patch of a kustomization; the pointer leads to the entry of an inline patch. */
interface PatchText {
  readonly file: string;
  readonly text: string;
  readonly pointer?: string;
}

function patchesOf(kustomization: RawObject, fault: KustomizeFault): readonly PatchText[] {
  return ['patches', 'patchesStrategicMerge'].flatMap((field) => {
    const entries = kustomization.value[field];
    if (!Array.isArray(entries)) return [];
    return entries.flatMap((entry, index) => patchOf(entry, pointerTo([field, index]), fault));
  });
}

function patchOf(
  entry: unknown,
  pointer: string,
  { cause, files }: KustomizeFault,
): readonly PatchText[] {
  const { path, patch } = typeof entry === 'string' ? asPatch(entry) : Object(entry);
  if (typeof patch === 'string') return [{ file: '', text: patch, pointer }];
  const file = typeof path === 'string' ? resolvePath(cause.folder, path) : undefined;
  const text = file === undefined ? undefined : files.get(file);
  return file !== undefined && typeof text === 'string' ? [{ file, text }] : [];
}

/** Returns an entry of patchesStrategicMerge, which is a path or a patch, as an entry of patches. */
function asPatch(entry: string): { readonly path?: string; readonly patch?: string } {
  return entry.includes('\n') ? { patch: entry } : { path: entry };
}

/** Finds the operation of a JSON patch by its path, in a file of its own or in the kustomization. */
function failedPath(fault: KustomizeFault): FoundPlace | undefined {
  const [, path] = /(?:doc is missing \w+: |for path: )["']?(\/[^\s"':]*)/.exec(fault.error) ?? [];
  if (path === undefined) return undefined;
  const quoted = path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const operation = new RegExp(`(?:"path"|path)\\s*:\\s*["']?${quoted}["']?\\s*(?:[,}]|$)`, 'm');
  for (const { file, text } of textsRead(fault).toReversed()) {
    const offset = text.search(operation);
    if (offset >= 0) return { at: positionOf(file, text, offset) };
  }
  return undefined;
}

function absentSource(fault: KustomizeFault): FoundPlace | undefined {
  const [, kind = '', name = ''] =
    /nothing selected by (\S+?)\.\S*?\/(\S+)\.\S+$/.exec(fault.cause.text) ?? [];
  const kustomization = kind === '' ? undefined : kustomizationOf(fault);
  const entries = kustomization?.value.replacements;
  if (kustomization === undefined || !Array.isArray(entries)) return undefined;
  const index = entries.findIndex((entry) => {
    const source = Object(Object(entry).source);
    return source.kind === kind && source.name === name;
  });
  return index < 0 ? undefined : { at: kustomization.at(pointerTo(['replacements', index])) };
}

/** Finds the entry for a folder without a kustomization. */
function noKustomization({ cause, reads, files }: KustomizeFault): FoundPlace | undefined {
  const { folder } = cause;
  if (kustomizationIn(files, folder) !== undefined) return undefined;
  const [at] = reads
    .filter((file) => kustomizationIn(files, parentOf(file)) === file)
    .map((file) => mentionIn(files, file, `'${folder}'`))
    .filter(({ line, column }) => line > 1 || column > 1);
  if (at === undefined) return undefined;
  if (chartIn(files, folder) === undefined) return { at };
  return {
    at,
    text: `${folder} is a chart, which Kustomize does not render`,
    hint: `remove the entry, and write a HelmRelease with the chart ${folder} as a separate template`,
  };
}
