import type { AcceptedDiagnostic } from '#model/acceptance.ts';
import type { ClusterObject } from '#model/binding.ts';
import { byPosition, type Diagnostic, type Report } from '#model/diagnostic.ts';
import type { Existing, FileMap, OutputMap, Text } from '#model/files.ts';
import type { LeftOut } from '#model/left-out.ts';
import { judgeAccepted } from './accept/accept.ts';
import type { CompileOptions, Decisions, Rendition } from './decisions.ts';
import { reportAggregatedRules } from './finalise/aggregated-rules.ts';
import { reportRemovedFinalizers } from './finalise/removed-finalizers.ts';
import { leftOutOf } from './left-out.ts';
import { type OverriddenObject, overriddenOf } from './override/applied.ts';
import { reportIdleOverrides } from './override/idle.ts';
import { withExtents } from './parse/extents.ts';
import { passes } from './passes.ts';
import { notePrevious, rememberPrinting } from './remember/bindings.ts';
import { rememberRenderings } from './remember/renderings.ts';
import { print, type RenderedBinding, reportUnpinned } from './render.ts';
import type { ValidationInputs } from './validate/validation.ts';
import { asError, isError, stopsPartial, withoutConsequences } from './verdict.ts';
import { acknowledgedFiles } from './write/acknowledged-files.ts';
import { bindingFiles } from './write/binding-files.ts';
import { distinctFiles } from './write/distinct-files.ts';
import { type DesiredFiles, planWrites, type WritePlan } from './write/plan.ts';
import { countOf, type RenderedFile, renderedTree } from './write/rendered-files.ts';

/** The result of a compile. */
export interface Compilation {
  /** True if the repository has no errors. */
  readonly ok: boolean;
  /** True if the caller may write the output, because no error forbids it. */
  readonly writable: boolean;
  /** Everything but what the sources accept. */
  readonly diagnostics: readonly Diagnostic[];
  readonly accepted: readonly AcceptedDiagnostic[];
  readonly leftOut: LeftOut;
  /** The complete output; empty if the caller must not write it. */
  readonly desired: DesiredFiles;
  /** Changes that turn the existing files into the output. */
  readonly plan: WritePlan;
  /** Number of rendered objects, counted once for each cluster. */
  readonly objects: number;
  /** Number of clusters with at least one object. */
  readonly clusters: number;
  /** Applied override rules; only from a partial compile, which remembers nothing. */
  readonly overridden: readonly OverriddenObject[];
  /** Digests of the deletions that the repository acknowledges. */
  readonly acknowledged: readonly string[];
}

/**
 * Compiles a fleet repository: a map of files in, a plan of writes out. Reads no clock, disk,
 * network or environment, so that the same commit renders the same bytes on every machine.
 *
 * @param files - the repository's sources: regatta.yaml and the files below its source folders
 * @param existing - the files below its output folders, by path
 */
export function compile(
  files: FileMap,
  existing: OutputMap,
  options: CompileOptions = { profile: 'regatta' },
): Compilation {
  const rendered = renderFleet(files, existing, options);
  return planOutput(rendered, { intact: [], others: existing });
}

/** The rendered output of a repository, before `planOutput` compares it with the existing files. */
export interface RenderedFleet {
  /** The sources, which contain the positions of diagnostics. */
  readonly files: FileMap;
  readonly partial: boolean;
  readonly strict: boolean;
  /** With the severities that they have without `strict`, and with those that the sources accept. */
  readonly diagnostics: readonly Diagnostic[];
  /** Whether the diagnostics include those of a validation of everything. */
  readonly isValidated: boolean;
  readonly settings: Pick<Decisions, 'settings' | 'settingsAt'>;
  readonly desired: DesiredFiles;
  /** Returns the input of a validation. Renders the objects of which the memo has only files. */
  readonly rendition: () => Rendition;
  readonly facts: Pick<
    Compilation,
    'leftOut' | 'objects' | 'clusters' | 'overridden' | 'acknowledged'
  >;
}

/**
 * Decides and renders everything. The previous placements are its only input from the output
 * folders.
 *
 * @param existing - the files below the bindings folder, at least
 */
export function renderFleet(
  files: FileMap,
  existing: OutputMap,
  options: CompileOptions,
): RenderedFleet {
  const { partial = false, strict = false } = options;
  const memo = (partial ? undefined : options.memo) ?? new Map();
  const diagnostics: Diagnostic[] = [];
  const report: Report = (diagnostic) => diagnostics.push(diagnostic);
  const decisions = decideFleet(files, existing, { ...options, memo }, report);
  const { bindings, repository, settings } = decisions;
  const rendered = renderBindings(decisions, { ...options, memo }, report);
  const rendering = rendered.flatMap(({ files }) => files);
  const objects = rendered.flatMap(({ objects }) => objects);
  const decided = bindingFiles(bindings, settings.bindings, rememberPrinting(memo, existing));
  notePrevious(decided, memo);
  const acknowledgements = repository.acknowledgements.map(({ object }) => object);
  return {
    files,
    partial,
    strict,
    diagnostics,
    isValidated: false,
    settings: { settings, settingsAt: decisions.settingsAt },
    rendition: () => ({ decisions, objects: completeObjects(decisions, rendered, options) }),
    desired: {
      root: settings.rendered,
      rendered: [...rendering, ...acknowledgedFiles(acknowledgements, rendering)],
      bindings: new Map(decided.map(({ path, content }) => [path, content])),
    },
    facts: {
      leftOut: leftOutOf(decisions, rendered),
      objects: countOf(rendering),
      clusters: clustersOf(rendering).size,
      overridden: partial ? overriddenOf(objects) : [],
      acknowledged: acknowledgements.map(({ spec }) => spec.digest),
    },
  };
}

/** Runs the passes that decide. */
export function decideFleet(
  files: FileMap,
  existing: OutputMap,
  options: CompileOptions,
  report: Report,
): Decisions {
  const { memo = new Map() } = options;
  return passes.decide.run({ files, existing, options, memo }, report);
}

/** Runs the passes that render over all bindings, and prints the files of each. */
function renderBindings(
  { bindings, repository, interpreter }: Decisions,
  { profile, memo = new Map() }: CompileOptions,
  report: Report,
): readonly RenderedBinding[] {
  const inputs = { repository, interpreter, profile };
  const render = rememberRenderings(
    (some, note) => print(passes.render.run({ ...inputs, bindings: some }, note)),
    memo,
    inputs,
  );
  const rendered = render(bindings, report);
  reportUnpinned(rendered, report);
  const effects = rendered.flatMap((one) => one.effects);
  reportIdleOverrides(repository, bindings, effects, report);
  const templates = bindings.map(({ template }) => template);
  reportAggregatedRules(templates, report);
  reportRemovedFinalizers(templates, report);
  return distinctFiles(rendered, report);
}

/** Returns the objects of all bindings. Renders remembered objects again, because the memo has only files. */
function completeObjects(
  { repository, interpreter }: Decisions,
  rendered: readonly RenderedBinding[],
  { profile }: CompileOptions,
): readonly ClusterObject[] {
  const bindings = rendered
    .filter(({ files, objects }) => files.length > 0 && objects.length === 0)
    .map(({ binding }) => binding);
  const inputs = { repository, interpreter, profile, bindings };
  const missing = bindings.length === 0 ? [] : passes.render.run(inputs, () => {}).objects;
  const byBinding = Map.groupBy(missing, ({ binding }) => binding);
  return rendered.flatMap(({ binding, objects }) => byBinding.get(binding) ?? objects);
}

function clustersOf(files: readonly RenderedFile[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { clusters } of files) for (const name of clusters) names.add(name);
  return names;
}

/** Adds the diagnostics of a validation with a scope. */
export function withFindings(
  rendered: RenderedFleet,
  found: readonly Diagnostic[],
  scope: ValidationInputs['scope'] = 'everything',
): RenderedFleet {
  const diagnostics = [...rendered.diagnostics, ...found];
  return { ...rendered, diagnostics, isValidated: scope === 'everything' };
}

/** Compares the rendered output with the existing files, and decides whether the caller may write it. */
export function planOutput(rendered: RenderedFleet, existing: Existing): Compilation {
  const { files, partial, strict, desired, facts, settings, isValidated } = rendered;
  const found = [...rendered.diagnostics];
  const plan = planWrites(existing, desired, (diagnostic) => found.push(diagnostic));
  const { open, accepted } = judgeAccepted(found, { files, ...settings, isValidated });
  const diagnostics = strict ? open.map(asError) : open;
  const shown = <T extends Diagnostic>(some: readonly T[]) =>
    withExtents(some.toSorted(byPosition), files);
  const writable = !diagnostics.some(partial ? stopsPartial : isError);
  return {
    ...facts,
    ok: !diagnostics.some(isError),
    writable,
    diagnostics: shown(withoutConsequences(diagnostics)),
    accepted: shown(accepted),
    desired: writable ? desired : { root: desired.root, rendered: [], bindings: new Map() },
    plan: writable ? plan : { write: new Map(), remove: [], unchanged: 0 },
  };
}

/** Returns every output file, by path. */
export function outputOf({ root, rendered, bindings }: DesiredFiles): ReadonlyMap<string, Text> {
  const output = renderedTree(rendered, root);
  for (const [path, text] of bindings) output.set(path, text);
  return output;
}
