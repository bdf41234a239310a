/** The options, the stages and the results of the passes: types only, so that passes form no cycle. */

import type { Binding, ClusterObject, PreviousBindings, Selection } from '#model/binding.ts';
import type { FileMap, FolderLinks, OutputMap } from '#model/files.ts';
import type { FleetSettings, Repository } from '#model/fleet.ts';
import type { LeftOutHook } from '#model/helm-hook.ts';
import type { Profile } from '#model/policy.ts';
import type { FetchFaults } from '#model/remote-source.ts';
import type { ScriptEngine } from '#model/script.ts';
import type { BuildResults } from '#model/template-build.ts';
import type { Interpreter } from './interpret/interpreter.ts';
import type { CountedSelections } from './interpret/replicas.ts';
import type { RevisedBindings } from './interpret/revise.ts';
import type { Memo } from './memo.ts';
import type { OverrideResult } from './override/override.ts';
import type { RawObject, SourceText } from './parse/documents.ts';
import type { PlacementRules } from './place/request.ts';
import type { Selected } from './select/select.ts';

/** The options of a compile. */
export interface CompileOptions {
  readonly profile: Profile;
  /** Render the valid part of a faulty repository and leave out the rest. */
  readonly partial?: boolean | undefined;
  /** Treat warnings as errors. */
  readonly strict?: boolean | undefined;
  /** Runs the scripts of the repository; required if the repository contains scripts. */
  readonly scripts?: ScriptEngine | undefined;
  /** Results of the builds that `buildsFor` returned; required when there are any. */
  readonly builds?: BuildResults | undefined;
  /** Why remote charts and bases are not among the files. */
  readonly fetchFaults?: FetchFaults | undefined;
  /** The symbolic links to folders among the files. */
  readonly links?: FolderLinks | undefined;
  /** Results of earlier compiles by the same code. They save time and change no output. */
  readonly memo?: Memo | undefined;
}

/** The state before the first pass that decides. */
export interface Snapshot {
  readonly files: FileMap;
  /** Files below the output folders; at least those below the bindings folder. */
  readonly existing: OutputMap;
  readonly options: CompileOptions;
  readonly memo: Memo;
}

/** The state that the pass `settings` adds. */
export interface Configured {
  readonly settings: FleetSettings;
  readonly settingsAt: RawObject['at'];
}

/** The state that the pass `build` adds. */
export interface Built {
  /** Objects that kustomizations and charts produced. */
  readonly built: readonly RawObject[];
  /** Folders whose files are input of builds and not manifests. */
  readonly buildFolders: readonly string[];
  /** Hooks of installations and upgrades of charts that their releases do not keep. */
  readonly leftOutHooks: readonly LeftOutHook[];
}

/** The state that the pass `read` adds. */
export interface Read {
  readonly sources: readonly SourceText[];
  readonly lock: SourceText | undefined;
}

/** The state that the pass `parse` adds. */
export interface Parsed {
  readonly repository: Repository;
  readonly previous: PreviousBindings;
}

export interface PoliciesSelected {
  readonly selected: Selected;
}

export interface AutoscaledLabelled {
  readonly labelled: readonly Selection[];
}

export interface ReplicasInterpreted {
  readonly interpreter: Interpreter;
  readonly counted: CountedSelections;
}

export interface Placed {
  readonly rules: PlacementRules;
  readonly placed: readonly Binding[];
}

export interface DependenciesAdded {
  readonly withDependencies: readonly Binding[];
}

export interface NamespacesNarrowed {
  /** The decision: which clusters get each object. */
  readonly bindings: readonly Binding[];
}

/** The result of the passes that decide, with the inputs of each decision. */
export type Decisions = Configured &
  Pick<Built, 'leftOutHooks'> &
  Parsed &
  PoliciesSelected &
  ReplicasInterpreted &
  Omit<Placed, 'placed'> &
  NamespacesNarrowed;

/** The state before the first pass that renders. */
export interface Rendering {
  readonly bindings: readonly Binding[];
  readonly repository: Repository;
  readonly interpreter: Interpreter;
  readonly profile: Profile;
}

export interface Revised {
  readonly revised: RevisedBindings;
}

export interface OverridesApplied {
  readonly overridden: OverrideResult;
}

export interface Finalised {
  readonly finalised: readonly ClusterObject[];
}

export interface ImagesPinned {
  /** The objects as the clusters get them. */
  readonly objects: readonly ClusterObject[];
}

/** The decisions and the output of a compile: the input of a validation. */
export interface Rendition {
  readonly decisions: Decisions;
  readonly objects: readonly ClusterObject[];
}
