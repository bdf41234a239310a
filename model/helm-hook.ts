/** Helm hooks that a HelmRelease keeps as ordinary objects. */
import type { KubeObject } from './object.ts';

/** Annotation with the events of a Helm hook. */
export const hookAnnotation = 'helm.sh/hook';

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
