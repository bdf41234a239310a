import type { Binding } from '#model/binding.ts';
import type { Report } from '#model/diagnostic.ts';
import type { FileMap, OutputMap } from '#model/files.ts';
import { type FleetSettings, fleetFile, type Repository, sourceRoots } from '#model/fleet.ts';
import { lockFile } from '#model/image-lock.ts';
import { keyOf, type ObjectKey } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';
import type { FetchFaults } from '#model/remote-source.ts';
import type { ScriptEngine } from '#model/script.ts';
import type { BuildResults } from '#model/template-build.ts';
import { builtObjects } from './build/objects.ts';
import { planBuilds } from './build/plan.ts';
import { addDependencies } from './depend/depend.ts';
import { labelAutoscaled } from './interpret/autoscaled.ts';
import { collectScripts } from './interpret/customizations.ts';
import { createInterpreter, type Interpreter, remembering } from './interpret/interpreter.ts';
import { type CountedSelections, interpretReplicas } from './interpret/replicas.ts';
import type { Memo } from './memo.ts';
import { type PreviousBindings, parseBindings } from './parse/bindings.ts';
import { parseRepository } from './parse/repository.ts';
import { parseSettings } from './parse/settings.ts';
import { narrowNamespaces } from './place/namespaces.ts';
import { placeBindings } from './place/place.ts';
import type { PlacementRules } from './place/request.ts';
import { readSource, readSources } from './read/sources.ts';
import { reportUnmatched, type Selected, selectPolicies } from './select/select.ts';

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
  /** Why what they take from the network is not among the files. */
  readonly fetchFaults?: FetchFaults | undefined;
  /** What is rendered will be validated, so that all of its objects have to be there. */
  readonly validated?: boolean | undefined;
  /** What earlier compiles of the same code came to; it changes no result. */
  readonly memo?: Memo | undefined;
}

/** What goes where, and all that it was decided by. */
export interface Decisions {
  readonly settings: FleetSettings;
  readonly repository: Repository;
  readonly previous: PreviousBindings;
  readonly selected: Selected;
  readonly counted: CountedSelections;
  readonly interpreter: Interpreter;
  readonly rules: PlacementRules;
  readonly bindings: readonly Binding[];
}

/**
 * The passes that decide: read → parse → select → interpret → place → depend.
 *
 * @param existing - what is below the bindings folder now, at least
 */
export function decide(
  files: FileMap,
  existing: OutputMap,
  options: CompileOptions,
  report: Report,
): Decisions {
  const { profile, builds = new Map(), memo = new Map() } = options;
  const [settingsFile] = readSource(files, fleetFile, report);
  const settings = parseSettings(settingsFile?.text, report);
  const plan = planBuilds(files, settings, report, options.fetchFaults);
  const built = builtObjects(plan, { files, results: builds, memo }, report);
  const folders = { roots: sourceRoots(settings), except: plan.folders };
  const sources = readSources(files, folders, report);
  const [lock] = readSource(files, lockFile, report);
  const repository = parseRepository(sources, report, { profile, memo, built, lock });
  const previous = parseBindings({ existing, settings, repository, memo }, report);
  const selected = selectPolicies(repository, { profile, settings, previous }, report);
  const { featureGates } = settings;
  const interpreter = interpreterFor(repository, { ...options, memo, featureGates }, report);
  const labelled = labelAutoscaled(selected.selections, profile);
  const counted = interpretReplicas(labelled, interpreter, report);
  const { enableEmptyWorkloadPropagation, namespaces } = settings;
  const ignoresNodeSizes = featureGates.CustomizedClusterResourceModeling === false;
  const rules = { profile, enableEmptyWorkloadPropagation, ignoresNodeSizes };
  const placed = placeBindings(counted.selections, repository.clusters, { rules, memo }, report);
  const followed =
    featureGates.PropagateDeps === false
      ? placed
      : addDependencies(placed, repository.templates, interpreter, report);
  const bindings = namespaces === 'WhereUsed' ? narrowNamespaces(followed) : followed;
  reportUnmatched(selected.unmatched, keysOf(bindings), report);
  return { settings, repository, previous, selected, counted, interpreter, rules, bindings };
}

function keysOf(bindings: readonly Binding[]): ReadonlySet<ObjectKey> {
  return new Set(bindings.map(({ template }) => keyOf(template.object)));
}

type InterpreterOptions = CompileOptions & Pick<FleetSettings, 'featureGates'>;

function interpreterFor(
  { customizations }: Repository,
  { profile, scripts, featureGates, memo = new Map() }: InterpreterOptions,
  report: Report,
): Interpreter {
  if (customizations.length === 0) {
    return remembering(createInterpreter({ profile, featureGates }), memo, {
      profile,
      featureGates,
    });
  }
  if (scripts === undefined) throw new Error('nothing was given to run the repository’s scripts');
  const kinds = collectScripts(customizations, scripts, report);
  return createInterpreter({ profile, featureGates, scripting: { engine: scripts, kinds } });
}
