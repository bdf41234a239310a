import type { Binding } from '#model/binding.ts';
import { byPosition, type Diagnostic, type Report } from '#model/diagnostic.ts';
import { type FileMap, filesOf, type OutputMap, type Text } from '#model/files.ts';
import { type FleetSettings, fleetFile, type Repository, sourceRoots } from '#model/fleet.ts';
import type { LeftOut } from '#model/left-out.ts';
import { keyOf, type ObjectKey } from '#model/object.ts';
import type { Profile } from '#model/profile.ts';
import type { ScriptEngine } from '#model/script.ts';
import type { BuildResults, TemplateBuild } from '#model/template-build.ts';
import { builtObjects } from './build/objects.ts';
import { buildsOf, planBuilds } from './build/plan.ts';
import { addDependencies } from './depend/depend.ts';
import { labelAutoscaled } from './interpret/autoscaled.ts';
import { collectScripts } from './interpret/customizations.ts';
import { createInterpreter, type Interpreter } from './interpret/interpreter.ts';
import { interpretReplicas } from './interpret/replicas.ts';
import { leftOutOf } from './left-out.ts';
import type { Memo } from './memo.ts';
import { type OverriddenObject, overriddenOf } from './override/applied.ts';
import { parseBindings } from './parse/bindings.ts';
import { parseRepository } from './parse/repository.ts';
import { parseSettings } from './parse/settings.ts';
import { narrowNamespaces } from './place/namespaces.ts';
import { placeBindings } from './place/place.ts';
import { readSource, readSources } from './read/sources.ts';
import { renderBindings } from './render.ts';
import { reportUnmatched, selectPolicies } from './select/select.ts';
import { bindingFiles } from './write/binding-files.ts';
import { planWrites, type WritePlan } from './write/plan.ts';
import { renderedTree } from './write/rendered-files.ts';

export interface CompileOptions {
  readonly profile: Profile;
  /** Write what can be rendered in spite of errors, and leave out the rest. */
  readonly partial?: boolean | undefined;
  /** Take every warning for an error. */
  readonly strict?: boolean | undefined;
  /** Runs the scripts of the repository; needed when it has any. */
  readonly scripts?: ScriptEngine | undefined;
  /** What came of the builds that `buildsFor` names; needed when there are any. */
  readonly builds?: BuildResults | undefined;
  /** What earlier compiles of the same code came to; it changes no result. */
  readonly memo?: Memo | undefined;
}

/** What a compile came to. */
export interface Compilation {
  /** No error was found. */
  readonly ok: boolean;
  /** There is something to write: nothing was found that forbids it. */
  readonly writable: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly leftOut: LeftOut;
  /** Every file that there is to be, by path; none when nothing is to be written. */
  readonly output: ReadonlyMap<string, Text>;
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
  return finish(prepare(files, existing, options), existing);
}

/** What has to be built before files can be compiled; more files may be needed to know all. */
export interface NeededBuilds {
  readonly builds: readonly TemplateBuild[];
  /** Paths outside of the source folders that builds name, as far as they have not been read. */
  readonly absent: readonly string[];
}

/** What has to be built before these files can be compiled. */
export function buildsFor(files: FileMap): NeededBuilds {
  const content = files.get(fleetFile);
  const settings = parseSettings(typeof content === 'string' ? content : undefined, () => {});
  const plan = planBuilds(files, settings, () => {});
  return { builds: buildsOf(plan), absent: plan.absent };
}

/** A compile that has everything but the look at what is there to be replaced. */
export interface Prepared {
  readonly partial: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly output: Compilation['output'];
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
  const { profile, partial = false, strict = false, builds = new Map() } = options;
  const memo = (partial ? undefined : options.memo) ?? new Map();
  const diagnostics: Diagnostic[] = [];
  const report: Report = (diagnostic) =>
    diagnostics.push(strict ? { ...diagnostic, severity: 'error' } : diagnostic);

  const [settingsFile] = readSource(files, fleetFile, report);
  const settings = parseSettings(settingsFile?.text, report);
  const plan = planBuilds(files, settings, report);
  const built = builtObjects(plan, { files, results: builds, memo }, report);
  const folders = { roots: sourceRoots(settings), except: plan.folders };
  const sources = readSources(files, folders, report);
  const repository = parseRepository(sources, report, { memo, built });
  const previous = parseBindings({ existing: bindings, settings, repository, memo }, report);
  const selected = selectPolicies(repository, { profile, settings, previous }, report);
  const { featureGates } = settings;
  const interpreter = interpreterFor(repository, { ...options, featureGates }, report);
  const labelled = labelAutoscaled(selected.selections, profile);
  const counted = interpretReplicas(labelled, interpreter, report);
  const { enableEmptyWorkloadPropagation, namespaces } = settings;
  const rules = { profile, enableEmptyWorkloadPropagation };
  const placed = placeBindings(counted.selections, repository.clusters, rules, report);
  const followed = addDependencies(placed, repository.templates, interpreter, report);
  const decided = namespaces === 'WhereUsed' ? narrowNamespaces(followed) : followed;
  reportUnmatched(selected.unmatched, keysOf(decided), report);
  const rendered = renderBindings(decided, { repository, interpreter, profile, memo }, report);
  const tree = renderedTree(rendered.files, settings.rendered);
  return {
    partial,
    diagnostics,
    output: filesOf<Text>(tree, bindingFiles(decided, settings.bindings, memo)),
    told: {
      leftOut: leftOutOf({ repository, selected, counted, bindings: decided, rendered }),
      objects: tree.size,
      clusters: new Set(rendered.files.flatMap((file) => file.clusters)).size,
      overridden: partial ? overriddenOf(rendered.objects) : [],
      acknowledged: repository.acknowledgements.map(({ object }) => object.spec.digest),
    },
  };
}

/** The second step of `compile`: what has to be written, and whether it may be. */
export function finish(prepared: Prepared, existing: OutputMap): Compilation {
  const { partial, output, told } = prepared;
  const diagnostics = [...prepared.diagnostics];
  const plan = planWrites(existing, output, (diagnostic) => diagnostics.push(diagnostic));
  const writable = !diagnostics.some(partial ? stopsPartial : isError);
  return {
    ...told,
    ok: !diagnostics.some(isError),
    writable,
    diagnostics: withoutConsequences(diagnostics).toSorted(byPosition),
    output: writable ? output : new Map(),
    plan: writable ? plan : { write: new Map(), remove: [], unchanged: 0 },
  };
}

function keysOf(bindings: readonly Binding[]): ReadonlySet<ObjectKey> {
  return new Set(bindings.map(({ template }) => keyOf(template.object)));
}

function interpreterFor(
  { customizations }: Repository,
  { profile, scripts, featureGates }: CompileOptions & Pick<FleetSettings, 'featureGates'>,
  report: Report,
): Interpreter {
  if (customizations.length === 0) return createInterpreter({ profile, featureGates });
  if (scripts === undefined) throw new Error('nothing was given to run the repository’s scripts');
  const kinds = collectScripts(customizations, scripts, report);
  return createInterpreter({ profile, featureGates, scripting: { engine: scripts, kinds } });
}

function isError({ severity }: Diagnostic): boolean {
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
  const stops = stopping.has(code) || code.startsWith('build/') || at.file === fleetFile;
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
]);

/** One fault gives one message: while sources are faulty, nothing is told of what they lack. */
function withoutConsequences(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const faulty = diagnostics.filter(isError).some(({ code }) => /^(read|build|parse)\//.test(code));
  return faulty ? diagnostics.filter(({ code }) => !consequences.has(code)) : diagnostics;
}
