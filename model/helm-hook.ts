/** Helm hooks that a HelmRelease keeps as ordinary objects. */
import type { KubeObject } from './object.ts';
import type { Locate } from './source.ts';

/** Annotation with the events of a Helm hook. */
export const hookAnnotation = 'helm.sh/hook';

/** A hook of an installation or an upgrade that Regatta does not render. */
export interface LeftOutHook {
  /** The hook's object, as the chart prints it. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly at: Locate;
  /** The release of the chart; absent for a chart that goes to all clusters without one. */
  readonly producedBy?: {
    readonly name: string;
    readonly namespace: string;
    readonly clusters: readonly string[];
  };
}

/** When Helm runs a hook: before or after it applies the other objects of the release. */
export type HookPhase = 'before' | 'after';

/**
 * Returns when Helm runs a hook of an installation or an upgrade; undefined for hooks of other events, such as tests and
 * deletions. A hook of several events counts as the first of them.
 */
export function hookPhase(events: readonly string[]): HookPhase | undefined {
  if (events.some((event) => /^pre-(install|upgrade)$/.test(event))) return 'before';
  return events.some((event) => /^post-(install|upgrade)$/.test(event)) ? 'after' : undefined;
}

/** Returns the weight of a hook. Helm runs hooks of lower weights first. */
export function hookWeight({ metadata: { annotations = {} } }: KubeObject): number {
  const weight = Number(annotations['helm.sh/hook-weight'] ?? 0);
  return Number.isInteger(weight) ? weight : 0;
}

/** Reports whether Helm deletes the object of an earlier run before it runs the hook. That is the default. */
export function isRecreated({ metadata: { annotations = {} } }: KubeObject): boolean {
  return /(^|,)\s*before-hook-creation\s*(,|$)/.test(
    annotations['helm.sh/hook-delete-policy'] || 'before-hook-creation',
  );
}
