/** The passes that decide where objects go, each with the stage that it adds. `compile.ts` has their order. */
import type { Report } from '#model/diagnostic.ts';
import { type Repository, sourceRoots } from '#model/fleet.ts';
import { fleetFile } from '#model/fleet-file.ts';
import { lockFile } from '#model/image-lock.ts';
import { keyOf } from '#model/object.ts';
import type {
  AutoscaledLabelled,
  Built,
  Configured,
  DependenciesAdded,
  NamespacesNarrowed,
  Parsed,
  Placed,
  PoliciesSelected,
  Read,
  ReplicasInterpreted,
  Snapshot,
} from './decisions.ts';
import { labelAutoscaled } from './interpret/autoscaled.ts';
import { collectScripts } from './interpret/customizations.ts';
import { addDependencies } from './interpret/depend.ts';
import { createInterpreter, type Interpreter } from './interpret/interpreter.ts';
import { interpretReplicas } from './interpret/replicas.ts';
import { parseBindings } from './parse/bindings.ts';
import { reportMeshFaults } from './parse/meshes.ts';
import { parseRepository } from './parse/repository.ts';
import { builtInKinds } from './parse/scope.ts';
import { reportSealed } from './parse/sealed.ts';
import { locateSettings } from './parse/settings.ts';
import { reportUnmatchedScopes } from './parse/sync-scopes.ts';
import { narrowNamespaces } from './place/namespaces.ts';
import { placeBindings } from './place/place.ts';
import { createScheduler } from './place/scheduler.ts';
import { reportMisnamedSettings } from './read/misnamed-settings.ts';
import { readSource, readSources } from './read/sources.ts';
import { rememberPrevious } from './remember/bindings.ts';
import { rememberReplicas } from './remember/replicas.ts';
import { rememberSchedules } from './remember/schedules.ts';
import { rememberTexts } from './remember/texts.ts';
import { reportUnmatched, selectPolicies } from './select/select.ts';
import { reportUnplaced } from './select/unplaced.ts';

export function settings({ files }: Snapshot, report: Report): Configured {
  reportMisnamedSettings(files, report);
  const [file] = readSource(files, fleetFile, report);
  const { settings, at } = locateSettings(file?.text, report);
  return { settings, settingsAt: at };
}

export function read(state: Snapshot & Configured & Built, report: Report): Read {
  const { files, buildFolders } = state;
  const folders = { roots: sourceRoots(state.settings), except: buildFolders };
  const sources = readSources(files, folders, report);
  const [lock] = readSource(files, lockFile, report);
  return { sources, lock };
}

export function parse(state: Snapshot & Configured & Built & Read, report: Report): Parsed {
  const { sources, lock, built, existing, options, memo } = state;
  const { profile } = options;
  const { skippedPropagatingAPIs: skippedApis, kinds } = state.settings;
  const parsing = { profile, built, lock, skippedApis, kinds, parse: rememberTexts(memo) };
  const repository = parseRepository(sources, report, parsing);
  reportUnmatchedScopes(state.settings.sync, state.settingsAt, repository, report);
  reportSealed(repository.templates, state.settings.sync, report);
  const clusters = repository.clusters.map(({ object }) => object);
  reportMeshFaults(state.settings.meshes, state.settingsAt, clusters, report);
  const decided = { existing, settings: state.settings, repository };
  return { repository, previous: parseBindings(decided, report, rememberPrevious(memo)) };
}

export function select(state: Snapshot & Configured & Parsed, report: Report): PoliciesSelected {
  const { repository, previous, options } = state;
  const rules = { profile: options.profile, settings: state.settings, previous };
  return { selected: selectPolicies(repository, rules, report) };
}

export function label({ selected, options }: Snapshot & PoliciesSelected): AutoscaledLabelled {
  return { labelled: labelAutoscaled(selected.selections, options.profile) };
}

export function interpret(
  state: Snapshot & Configured & Parsed & AutoscaledLabelled,
  report: Report,
): ReplicasInterpreted {
  const interpreter = interpreterFor(state, state.repository, report);
  return { interpreter, counted: interpretReplicas(state.labelled, interpreter, report) };
}

function interpreterFor(
  { options: { profile, scripts }, memo, settings }: Snapshot & Configured,
  { customizations }: Repository,
  report: Report,
): Interpreter {
  const facts = { profile, featureGates: settings.featureGates };
  if (customizations.length === 0) return rememberReplicas(createInterpreter(facts), memo, facts);
  if (scripts === undefined)
    throw new Error('no engine was given for the scripts of the repository');
  const kinds = collectScripts(customizations, scripts, report);
  return createInterpreter({ ...facts, scripting: { engine: scripts, kinds } });
}

export function place(
  state: Snapshot & Configured & Parsed & ReplicasInterpreted,
  report: Report,
): Placed {
  const { counted, repository, options, memo } = state;
  const { enableEmptyWorkloadPropagation, featureGates } = state.settings;
  const ignoresNodeSizes = featureGates.CustomizedClusterResourceModeling === false;
  const rules = { profile: options.profile, enableEmptyWorkloadPropagation, ignoresNodeSizes };
  const clusters = repository.clusters.map(({ object }) => object);
  const schedule = rememberSchedules(createScheduler(clusters, rules), memo, { clusters, rules });
  const placing = { profile: options.profile, schedule };
  return { rules, placed: placeBindings(counted.selections, repository.clusters, placing, report) };
}

/** Also reports templates that neither a policy nor a dependency places, or that nothing places any more. */
export function depend(
  state: Snapshot & Configured & Parsed & PoliciesSelected & ReplicasInterpreted & Placed,
  report: Report,
): DependenciesAdded {
  const { placed, repository, interpreter, selected, previous, options } = state;
  const withDependencies =
    state.settings.featureGates.PropagateDeps === false
      ? placed
      : addDependencies(placed, repository.templates, interpreter, report);
  const keys = new Set(withDependencies.map(({ template }) => keyOf(template.object)));
  reportUnmatched(selected.unmatched, { placed: keys, kinds: builtInKinds }, report);
  const { profile } = options;
  reportUnplaced({ ...repository, previous, bindings: withDependencies, profile }, report);
  return { withDependencies };
}

export function narrow(state: Configured & DependenciesAdded): NamespacesNarrowed {
  const { withDependencies: bindings } = state;
  const isNarrow = state.settings.namespaces === 'WhereUsed';
  return { bindings: isNarrow ? narrowNamespaces(bindings) : bindings };
}
