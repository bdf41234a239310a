import type { Diagnostic, Position, Report } from '#model/diagnostic.ts';
import type { FileMap, FolderLinks } from '#model/files.ts';
import { isAtOrBelow, resolvePath } from '#model/folder.ts';
import { byText } from '#model/object.ts';
import { pointerTo } from '#model/pointer.ts';
import { fetchedFolderOf } from '#model/remote-source.ts';
import type { Locate } from '#model/source.ts';
import type { KustomizeBuild, KustomizeRemote } from '#model/template-build.ts';
import { type RawObject, readObjects } from '../parse/documents.ts';
import { isRemote } from './address.ts';
import { isComponent, kustomizationIn } from './folders.ts';
import { sourcesOf } from './graph.ts';
import { fetchedFolders, folderFields } from './kustomization-addresses.ts';
import { chartFields, refuseCharts } from './kustomization-charts.ts';
import { followLinks, type LinkedPath, withoutLinks } from './linked-folders.ts';
import type { Remotes } from './remote.ts';

/** A kustomization to build, together with its bases. */
export interface PlannedKustomization {
  readonly build: KustomizeBuild;
  /** Positions in the kustomization. */
  readonly at: Locate;
}

/** What a plan of kustomizations depends on besides the files. */
interface KustomizationInputs {
  /** Folders of kustomizations. */
  readonly directories: readonly string[];
  readonly remotes: Remotes;
  /** The symbolic links to folders among the files. */
  readonly links?: FolderLinks;
}

/** The kustomizations to build. */
export interface KustomizationPlan {
  readonly builds: readonly PlannedKustomization[];
  /** Paths to which kustomizations refer and that the caller has not read yet. */
  readonly absent: readonly string[];
}

/**
 * Plans the kustomizations of some folders, except bases of other ones, components, and kustomizations with a
 * faulty base. Reads each kustomization once. Reports addresses that Regatta cannot fetch, and paths that lead out of the
 * repository.
 */
export function planKustomizations(
  files: FileMap,
  { directories, remotes, links = new Map() }: KustomizationInputs,
  report: Report,
): KustomizationPlan {
  const roots = directories.map((directory) => followLinks(links, directory));
  const { steps, absent } = readAll(files, { directories: roots, remotes, links });
  for (const { faults } of steps.values()) for (const fault of faults) report(fault);
  const sources = sourcesOf(new Map(steps.entries().map(([folder, { next }]) => [folder, next])));
  const builds = roots
    .filter((directory) => sources.has(directory))
    .flatMap((directory) => planBuild(directory, steps));
  return { builds, absent: [...absent].sort(byText) };
}

/** The references of one kustomization. */
interface Step {
  readonly at: Locate;
  /** Folders of its direct bases. */
  readonly next: readonly string[];
  /** Files outside its own folder. */
  readonly beside: readonly string[];
  /** Fetched remote sources, by address. */
  readonly fetched: ReadonlyMap<string, KustomizeRemote>;
  /** Its paths to folders through links. */
  readonly linked: readonly LinkedPath[];
  /** Replaces some of these paths in the text of the kustomization. */
  readonly withoutLinks: (paths: readonly LinkedPath[]) => Readonly<Record<string, string>>;
  readonly faults: readonly Diagnostic[];
}

type Steps = ReadonlyMap<string, Step>;

/** Reads the kustomizations of some folders and all of their bases. */
function readAll(
  files: FileMap,
  { directories, remotes, links }: Required<KustomizationInputs>,
): { readonly steps: Steps; readonly absent: ReadonlySet<string> } {
  const steps = new Map<string, Step>();
  const absent = new Set<string>();
  const waiting = directories.filter((folder) => !isComponent(files, folder));
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (steps.has(folder)) continue;
    const file = kustomizationIn(files, folder);
    if (file !== undefined) {
      const step = readStep(files, { folder, file, remotes, links });
      steps.set(folder, step);
      waiting.push(...step.next);
    } else if (!fetchedFolderOf(folder)) {
      absent.add(folder);
    }
  }
  return { steps, absent };
}

interface KustomizationFile {
  readonly folder: string;
  readonly file: string;
  readonly remotes: Remotes;
  readonly links: FolderLinks;
}

function readStep(files: FileMap, { folder, file, remotes, links }: KustomizationFile): Step {
  const faults: Diagnostic[] = [];
  const report: Report = (diagnostic) => faults.push(diagnostic);
  const kustomization = readKustomization(files, file, report);
  if (kustomization === undefined) {
    const none = { next: [], beside: [], linked: [], withoutLinks: () => ({}) };
    return { at: () => start(file), fetched: new Map(), faults, ...none };
  }
  refuseCharts(kustomization, report);
  const fetched = fetchedFolders(kustomization, remotes, report);
  const targets = targetsOf(kustomization, folder, report);
  const folders = targets
    .filter(({ target }) => !files.has(target))
    .map((found) => ({ ...found, real: followLinks(links, found.target) }));
  const beside = targets.filter(({ target }) => files.has(target) && !isAtOrBelow(target, folder));
  return {
    at: kustomization.at,
    next: [...fetched.values().map(({ path }) => path), ...folders.map(({ real }) => real)],
    // Kustomize needs to see files that it must not load, so that it reports them.
    beside: beside.map(({ target }) => target),
    fetched,
    linked: folders.filter(({ target, real }) => target !== real),
    withoutLinks: (paths) => ({
      [file]: withoutLinks(String(files.get(file)), kustomization, folder, paths),
    }),
    faults,
  };
}

/** Returns the build of a kustomization, or none if a base has a fault. */
function planBuild(directory: string, steps: Steps): readonly PlannedKustomization[] {
  const folders = new Set<string>();
  const remotes = new Map<string, KustomizeRemote>();
  const followed = new Set<string>();
  const unlinked: Record<string, string> = {};
  const waiting = [directory];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const step = steps.get(folder);
    if (step === undefined || followed.has(folder)) continue;
    if (step.faults.length > 0) return [];
    followed.add(folder);
    for (const path of [folder, ...step.beside]) folders.add(path);
    for (const [address, remote] of step.fetched) remotes.set(address, remote);
    const leaving = step.linked.filter(({ real }) => leads(real, steps));
    if (leaving.length > 0) Object.assign(unlinked, step.withoutLinks(leaving));
    waiting.push(...step.next);
  }
  const build: KustomizeBuild = {
    type: 'kustomize',
    directory,
    folders: [...folders].sort(byText),
    ...(remotes.size > 0 && { remotes: Object.fromEntries(remotes) }),
    ...(Object.keys(unlinked).length > 0 && { unlinked }),
  };
  return [{ build, at: steps.get(directory)?.at ?? (() => start(directory)) }];
}

/** Reports whether a kustomization leads out of its folder, so that it matters from where its paths start. */
function leads(directory: string, steps: Steps): boolean {
  const followed = new Set([directory]);
  for (const folder of followed) {
    if (!isAtOrBelow(folder, directory) && !fetchedFolderOf(folder)) return true;
    for (const next of steps.get(folder)?.next ?? []) followed.add(next);
  }
  return false;
}

function start(file: string): Position {
  return { file, line: 1, column: 1 };
}

/** Reads a kustomization. Returns undefined if the file has no text or no object. Reports faults. */
function readKustomization(files: FileMap, file: string, report: Report): RawObject | undefined {
  const text = files.get(file);
  if (typeof text !== 'string') return undefined;
  const [object] = readObjects({ file, text }, report);
  return object && withFieldNames(object);
}

/** Fields that refer to other files, in the documented spelling. */
const fieldNames = [...folderFields, ...chartFields, 'crds', 'configurations', 'patches'];

/**
 * Renames the fields of a kustomization to their documented spelling. Kustomize ignores the case of
 * field names, and prefers the documented spelling if a field occurs twice.
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

/** A path to which a kustomization refers. */
interface Target extends Omit<LinkedPath, 'real'> {
  /** The path in the repository. */
  readonly target: string;
}

/** Returns the paths in the repository that a kustomization refers to as resources, bases and so on. */
function targetsOf({ value, at }: RawObject, folder: string, report: Report): readonly Target[] {
  return folderFields.flatMap((field) =>
    textsIn(value[field]).flatMap((path, index) => {
      // Generators and transformers may be inline.
      if (path.includes('\n') || isRemote(path)) return [];
      const target = resolvePath(folder, path);
      // A fetched source cannot refer to files of the repository, and only its address can refer to it.
      const pointer = pointerTo([field, index]);
      if (target && fetchedFolderOf(target) === fetchedFolderOf(folder)) {
        return [{ target, written: path, pointer }];
      }
      report({
        code: 'build/outside',
        severity: 'error',
        message: `the kustomization refers to ${path}, which is outside its repository`,
        at: at(pointer),
        hint: 'copy it into the repository and use its path there',
      });
      return [];
    }),
  );
}

function textsIn(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map((item) => (typeof item === 'string' ? item : '\n')) : [];
}
