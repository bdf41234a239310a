import { byPosition, type Diagnostic, type Report } from '#model/diagnostic.ts';
import type { FileMap, OutputMap, Text } from '#model/files.ts';
import { fleetFile, type Repository, sourceRoots } from '#model/fleet.ts';
import type { Profile } from '#model/profile.ts';
import type { ScriptEngine } from '#model/script.ts';
import { labelAutoscaled } from './interpret/autoscaled.ts';
import { collectScripts } from './interpret/customizations.ts';
import { createInterpreter, type Interpreter } from './interpret/interpreter.ts';
import { interpretReplicas } from './interpret/replicas.ts';
import type { Memo } from './memo.ts';
import { parseRepository } from './parse/repository.ts';
import { parseSettings } from './parse/settings.ts';
import { placeBindings } from './place/place.ts';
import { readSource, readSources } from './read/sources.ts';
import { renderBindings } from './render.ts';
import { selectPolicies } from './select/select.ts';
import { bindingFiles } from './write/binding-files.ts';
import { planWrites, type WritePlan } from './write/plan.ts';
import { renderedTree } from './write/rendered-files.ts';

export interface CompileOptions {
  readonly profile: Profile;
  /** Runs the scripts of the repository; needed when it has any. */
  readonly scripts?: ScriptEngine | undefined;
  /** What earlier compiles of the same code came to; it changes no result. */
  readonly memo?: Memo | undefined;
}

/** What a compile came to. */
export interface Compilation {
  /** No error was found; only then is there something to write. */
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that there is to be, by path; none when there are errors. */
  readonly output: ReadonlyMap<string, Text>;
  readonly plan: WritePlan;
  /** Rendered objects, counted once for each cluster. */
  readonly objects: number;
  /** Clusters that get something. */
  readonly clusters: number;
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
  { profile, scripts, memo = new Map() }: CompileOptions = { profile: 'regatta' },
): Compilation {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (diagnostic) => diagnostics.push(diagnostic);

  const [settingsFile] = readSource(files, fleetFile, report);
  const settings = parseSettings(settingsFile?.text, report);
  const sources = readSources(files, sourceRoots(settings), report);
  const repository = parseRepository(sources, report, memo);
  const selections = selectPolicies(repository, report);
  const interpreter = interpreterFor(repository, { profile, scripts }, report);
  const labelled = labelAutoscaled(selections, profile);
  const counted = interpretReplicas(labelled, interpreter, report);
  const rules = { profile, enableEmptyWorkloadPropagation: false };
  const bindings = placeBindings(counted.selections, repository.clusters, rules, report);
  const rendered = renderBindings(bindings, { repository, interpreter, profile, memo }, report);
  const tree = renderedTree(rendered, settings.rendered);
  const decided = bindingFiles(bindings, settings.bindings, memo);
  const output = new Map([...tree, ...decided]);
  const plan = planWrites(existing, output, report);

  const ok = !diagnostics.some(isError);
  return {
    ok,
    diagnostics: withoutConsequences(diagnostics).toSorted(byPosition),
    output: ok ? output : new Map(),
    plan: ok ? plan : { write: new Map(), remove: [], unchanged: 0 },
    objects: tree.size,
    clusters: new Set(rendered.flatMap(({ clusters }) => clusters)).size,
  };
}

function interpreterFor(
  { customizations }: Repository,
  { profile, scripts }: CompileOptions,
  report: Report,
): Interpreter {
  if (customizations.length === 0) return createInterpreter(profile);
  if (scripts === undefined) throw new Error('nothing was given to run the repository’s scripts');
  const kinds = collectScripts(customizations, scripts, report);
  return createInterpreter(profile, { engine: scripts, kinds });
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
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
  const faulty = diagnostics.filter(isError).some(({ code }) => /^(read|parse)\//.test(code));
  return faulty ? diagnostics.filter(({ code }) => !consequences.has(code)) : diagnostics;
}
