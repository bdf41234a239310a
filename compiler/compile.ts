import { byPosition, type Diagnostic, type Report } from '#model/diagnostic.ts';
import type { Existing, FileMap, OutputMap, Text } from '#model/files.ts';
import { fleetFile } from '#model/fleet.ts';
import { lockFile } from '#model/image-lock.ts';
import type { LeftOut } from '#model/left-out.ts';
import type { TemplateBuild } from '#model/template-build.ts';
import { buildsOf, planBuilds } from './build/plan.ts';
import type { RequestedSource } from './build/remote.ts';
import { type CompileOptions, decide } from './decide.ts';
import { leftOutOf } from './left-out.ts';
import { type OverriddenObject, overriddenOf } from './override/applied.ts';
import { rememberBindings } from './parse/bindings.ts';
import { withExtents } from './parse/extents.ts';
import { parseSettings } from './parse/settings.ts';
import { renderBindings } from './render.ts';
import type { Rendition } from './validate/validate.ts';
import { acknowledgedFiles } from './write/acknowledged-files.ts';
import { bindingFiles } from './write/binding-files.ts';
import { type DesiredFiles, planWrites, type WritePlan } from './write/plan.ts';
import { countOf, type RenderedFile, renderedTree } from './write/rendered-files.ts';

/** What a compile came to. */
export interface Compilation {
  /** No error was found. */
  readonly ok: boolean;
  /** There is something to write: nothing was found that forbids it. */
  readonly writable: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly leftOut: LeftOut;
  /** What there is to be; nothing when nothing is to be written. */
  readonly wanted: DesiredFiles;
  readonly plan: WritePlan;
  /** Rendered objects, counted once for each cluster. */
  readonly objects: number;
  /** Clusters that get something. */
  readonly clusters: number;
  /** The override rules that were carried out; only of a partial compile, which recalls nothing. */
  readonly overridden: readonly OverriddenObject[];
  /** Digests of deletions that the repository says are meant. */
  readonly acknowledged: readonly string[];
}

/**
 * Compiles a fleet repository: a map of files in, what to write out. Reads no clock, disk, network
 * or environment, so that the same commit renders the same bytes on every machine.
 *
 * @param files - the repository's sources: regatta.yaml and what is below its source folders
 * @param existing - what is below its output folders now, by the paths that the output will have
 */
export function compile(
  files: FileMap,
  existing: OutputMap,
  options: CompileOptions = { profile: 'regatta' },
): Compilation {
  return finish(prepare(files, existing, options), { intact: [], others: existing });
}

/** Every file that there is to be, by path. */
export function outputOf({ root, rendered, bindings }: DesiredFiles): ReadonlyMap<string, Text> {
  const output = renderedTree(rendered, root);
  for (const [path, text] of bindings) output.set(path, text);
  return output;
}

/** What has to be built before files can be compiled; more files may be needed to know all. */
export interface NeededBuilds {
  readonly builds: readonly TemplateBuild[];
  /** Paths outside of the source folders that builds name, as far as they have not been read. */
  readonly absent: readonly string[];
  /** What they take from the network: to be fetched where the lock has its digest. */
  readonly remoteSources: readonly RequestedSource[];
}

/** What has to be built before these files can be compiled. */
export function buildsFor(files: FileMap): NeededBuilds {
  const content = files.get(fleetFile);
  const settings = parseSettings(typeof content === 'string' ? content : undefined, () => {});
  const plan = planBuilds(files, settings, () => {});
  return { builds: buildsOf(plan), absent: plan.absent, remoteSources: plan.remoteSources };
}

/** A compile that has everything but the look at what is there to be replaced. */
export interface Prepared {
  /** The sources, in which diagnostics have their places. */
  readonly files: FileMap;
  readonly partial: boolean;
  readonly strict: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly wanted: DesiredFiles;
  /** What there is to validate. */
  readonly rendition: Rendition;
  readonly told: Pick<
    Compilation,
    'leftOut' | 'objects' | 'clusters' | 'overridden' | 'acknowledged'
  >;
}

/**
 * The first step of `compile`; with `finish` it is the whole. Of the files that are there it needs
 * the bindings alone, so that those that are rendered can be looked for meanwhile.
 */
export function prepare(files: FileMap, bindings: OutputMap, options: CompileOptions): Prepared {
  const { profile, partial = false, strict = false, validated = false } = options;
  const memo = (partial ? undefined : options.memo) ?? new Map();
  const diagnostics: Diagnostic[] = [];
  const report: Report = (diagnostic) =>
    diagnostics.push(strict ? asError(diagnostic) : diagnostic);
  const decisions = decide(files, bindings, { ...options, memo }, report);
  const { settings, repository, interpreter } = decisions;
  // To be validated, objects have to be there: files that are recalled do not do.
  const recalled = validated ? new Map() : memo;
  const rendering = { repository, interpreter, profile, memo: recalled };
  const rendered = renderBindings(decisions.bindings, rendering, report);
  const printing = { root: settings.bindings, memo, existing: bindings };
  const decided = bindingFiles(decisions.bindings, printing);
  for (const { content, documents } of decided) rememberBindings(content, documents, memo);
  const acknowledgements = repository.acknowledgements.map(({ object }) => object);
  return {
    files,
    partial,
    strict,
    diagnostics,
    rendition: { decisions, objects: rendered.objects },
    wanted: {
      root: settings.rendered,
      rendered: [...rendered.files, ...acknowledgedFiles(acknowledgements, rendered.files)],
      bindings: new Map(decided.map(({ path, content }) => [path, content])),
    },
    told: {
      leftOut: leftOutOf({ ...decisions, rendered }),
      objects: countOf(rendered.files),
      clusters: clustersOf(rendered.files).size,
      overridden: partial ? overriddenOf(rendered.objects) : [],
      acknowledged: acknowledgements.map(({ spec }) => spec.digest),
    },
  };
}

function clustersOf(files: readonly RenderedFile[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { clusters } of files) for (const name of clusters) names.add(name);
  return names;
}

/** Reports warnings as errors under `--strict`. */
function asError(diagnostic: Diagnostic): Diagnostic {
  return diagnostic.severity === 'note' ? diagnostic : { ...diagnostic, severity: 'error' };
}

/** What was prepared, with what a validation of its rendition has found. */
export function withFindings(prepared: Prepared, found: readonly Diagnostic[]): Prepared {
  const { strict, diagnostics } = prepared;
  return { ...prepared, diagnostics: [...diagnostics, ...(strict ? found.map(asError) : found)] };
}

/** The second step of `compile`: what has to be written, and whether it may be. */
export function finish(prepared: Prepared, existing: Existing): Compilation {
  const { files, partial, wanted, told } = prepared;
  const diagnostics = [...prepared.diagnostics];
  const plan = planWrites(existing, wanted, (diagnostic) => diagnostics.push(diagnostic));
  const writable = !diagnostics.some(partial ? stopsPartial : isError);
  return {
    ...told,
    ok: !diagnostics.some(isError),
    writable,
    diagnostics: withExtents(withoutConsequences(diagnostics).toSorted(byPosition), files),
    wanted: writable ? wanted : { root: wanted.root, rendered: [], bindings: new Map() },
    plan: writable ? plan : { write: new Map(), remove: [], unchanged: 0 },
  };
}

export function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/** Faults after which it isn't known what is to be written, or where: leaving out would delete. */
const stopping: ReadonlySet<string> = new Set([
  'read/unreadable',
  'parse/invalid-yaml',
  'parse/not-an-object',
  'parse/number-out-of-range',
  'parse/too-large',
  'parse/folders-overlap',
  'write/foreign-file',
]);

function stopsPartial(diagnostic: Diagnostic): boolean {
  const { code, at } = diagnostic;
  const stops =
    stopping.has(code) || code.startsWith('build/') || [fleetFile, lockFile].includes(at.file);
  return isError(diagnostic) && stops;
}

/** What may be only because an object is missing that could not be read. */
const consequences: ReadonlySet<string> = new Set([
  'select/no-policy',
  'select/selects-nothing',
  'place/no-cluster-fits',
  'place/not-enough-room',
  'place/cannot-spread',
  'place/unknown-cluster',
  'validate/no-definition',
  'validate/no-namespace',
]);

/** One fault gives one message: while sources are faulty, nothing is told of what they lack. */
function withoutConsequences(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const faulty = diagnostics.filter(isError).some(({ code }) => /^(read|build|parse)\//.test(code));
  return faulty ? diagnostics.filter(({ code }) => !consequences.has(code)) : diagnostics;
}
