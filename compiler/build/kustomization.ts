import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { isAtOrBelow, resolvePath } from '#model/folder.ts';
import { byText } from '#model/object.ts';
import { pointerTo } from '#model/pointer.ts';
import { fetchedFolderOf } from '#model/remote-source.ts';
import type { Locate } from '#model/source.ts';
import type { KustomizeBuild, KustomizeRemote } from '#model/template-build.ts';
import { type RawObject, readObjects } from '../parse/documents.ts';
import { isRemote } from './address.ts';
import { kustomizationIn } from './folders.ts';
import { fetchedFolders, folderFields } from './kustomization-addresses.ts';
import { chartFields, refuseCharts } from './kustomization-charts.ts';
import type { Remotes } from './remote.ts';

/** A kustomization and all that it is built on. */
export interface PlannedKustomization {
  readonly build: KustomizeBuild;
  /** Where its kustomization stands. */
  readonly at: Locate;
  /** Whether nothing is wrong with what it is built on, as far as was reported. */
  readonly isSound: boolean;
  /** Folders of kustomizations that it is built on. */
  readonly bases: readonly string[];
  /** Paths that it names and that are not among the files: to be read, if there is something. */
  readonly absent: readonly string[];
}

/**
 * Follows a kustomization to everything below it. What would have to be fetched, or lies outside of
 * the repository, is reported.
 */
export function planKustomization(
  files: FileMap,
  { directory, remotes }: { readonly directory: string; readonly remotes: Remotes },
  report: Report,
): PlannedKustomization {
  let isSound = true;
  const needs = follow(files, { directory, remotes }, (diagnostic) => {
    isSound = false;
    report(diagnostic);
  });
  const { folders, absent, fetched } = needs;
  const file = kustomizationIn(files, directory) ?? directory;
  const root = readKustomization(files, file, () => {});
  return {
    build: {
      type: 'kustomize',
      directory,
      folders: [...folders].sort(byText),
      ...(fetched.size > 0 && { remotes: Object.fromEntries(fetched) }),
    },
    at: root?.at ?? (() => ({ file, line: 1, column: 1 })),
    isSound,
    bases: [...folders].filter((folder) => folder !== directory),
    absent: [...absent].sort(byText),
  };
}

interface Needs {
  /** Folders and files that a kustomization needs. */
  readonly folders: Set<string>;
  /** Paths that it names and that are neither. */
  readonly absent: Set<string>;
  /** What it takes from the network, by address. */
  readonly fetched: Map<string, KustomizeRemote>;
}

function follow(
  files: FileMap,
  { directory, remotes }: { readonly directory: string; readonly remotes: Remotes },
  report: Report,
): Needs {
  const needs: Needs = { folders: new Set(), absent: new Set(), fetched: new Map() };
  const waiting = [directory];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const file = kustomizationIn(files, folder);
    if (file === undefined && !fetchedFolderOf(folder)) needs.absent.add(folder);
    if (file === undefined || needs.folders.has(folder)) continue;
    needs.folders.add(folder);
    const kustomization = readKustomization(files, file, report);
    if (kustomization === undefined) continue;
    refuseCharts(kustomization, report);
    const fetched = fetchedFolders(kustomization, remotes, report);
    for (const [address, remote] of fetched) {
      needs.fetched.set(address, remote);
      waiting.push(remote.path);
    }
    const targets = targetsOf(kustomization, folder, report);
    waiting.push(...targets.filter((target) => !files.has(target)));
    // Kustomize is to find what it must not use, so that it says so.
    const beside = targets.filter((target) => files.has(target) && !isAtOrBelow(target, folder));
    for (const target of beside) needs.folders.add(target);
  }
  return needs;
}

/** Undefined for one that cannot be read, which is reported. */
function readKustomization(files: FileMap, file: string, report: Report): RawObject | undefined {
  const text = files.get(file);
  if (typeof text !== 'string') return undefined;
  const [object] = readObjects({ file, text }, report);
  return object && withFieldNames(object);
}

/** Fields that name other files, as Kustomize's documentation spells them. */
const fieldNames = [...folderFields, ...chartFields, 'crds', 'configurations', 'patches'];

/**
 * A kustomization with its fields by the names that they are documented with. Kustomize takes them in upper and lower case,
 * and of two that are equal then, the one in the documented spelling.
 */
function withFieldNames({ value, at }: RawObject): RawObject {
  const written = new Map<string, string>();
  for (const key of Object.keys(value)) {
    const name = fieldNames.find((field) => field.toLowerCase() === key.toLowerCase());
    if (name !== undefined && key !== name && !(name in value)) written.set(name, key);
  }
  const renamed = [...written].map(([name, key]) => [name, value[key]]);
  return {
    value: { ...value, ...Object.fromEntries(renamed) },
    at: (pointer, options) =>
      at(
        pointer.replace(/^\/([^/]+)/, (whole, name) => {
          const key = written.get(name);
          return key === undefined ? whole : `/${key}`;
        }),
        options,
      ),
  };
}

/** The paths in the repository that a kustomization names as resources and the like. */
function targetsOf({ value, at }: RawObject, folder: string, report: Report): readonly string[] {
  return folderFields.flatMap((field) =>
    textsIn(value[field]).flatMap((path, index) => {
      // Generators and patches may stand there in full.
      if (path.includes('\n') || isRemote(path)) return [];
      const target = resolvePath(folder, path);
      // What was fetched has nothing to do with other files, nor they with it but by its address.
      if (target && fetchedFolderOf(target) === fetchedFolderOf(folder)) return [target];
      report({
        code: 'build/outside',
        severity: 'error',
        message: `the kustomization builds on ${path}, which is no folder inside of the repository`,
        at: at(pointerTo([field, index])),
        hint: 'copy it into the repository, and name it by its path there',
      });
      return [];
    }),
  );
}

function textsIn(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map((item) => (typeof item === 'string' ? item : '\n')) : [];
}
