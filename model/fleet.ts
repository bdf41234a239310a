/** What a fleet repository holds, once it is read and checked. */
import type { Cluster } from './cluster.ts';
import type { ResourceInterpreterCustomization } from './customization.ts';
import type { KubeObject } from './object.ts';
import type { OverridePolicy } from './override.ts';
import type { PropagationPolicy } from './policy.ts';
import { renderedRoot } from './rendered.ts';
import type { Sourced } from './source.ts';

/** The optional settings file at the top of a fleet repository. */
export const fleetFile = 'regatta.yaml';

/** `spec` of regatta.yaml: folders, relative to the repository, with `/` and without a trailing one. */
export interface FleetSettings {
  readonly clusters: string;
  readonly templates: string;
  readonly policies: string;
  readonly bindings: string;
  readonly rendered: string;
}

export const defaultSettings: FleetSettings = {
  clusters: 'clusters',
  templates: 'templates',
  policies: 'policies',
  bindings: 'bindings',
  rendered: renderedRoot,
};

/** The folders that sources are read from; what an object is follows from its kind, not its folder. */
export function sourceRoots({ clusters, templates, policies }: FleetSettings): readonly string[] {
  return [...new Set([clusters, templates, policies])];
}

/** Objects of one kind of role are in the order of their keys, whatever file they come from. */
export interface Repository {
  readonly clusters: readonly Sourced<Cluster>[];
  readonly templates: readonly Sourced<KubeObject>[];
  readonly policies: readonly Sourced<PropagationPolicy>[];
  readonly overrides: readonly Sourced<OverridePolicy>[];
  readonly customizations: readonly Sourced<ResourceInterpreterCustomization>[];
}
