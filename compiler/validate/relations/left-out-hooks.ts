import type { Diagnostic } from '#model/diagnostic.ts';
import type { LeftOutHook } from '#model/helm-hook.ts';
import { isFieldMap } from '#model/object.ts';
import { mentionsInContainers } from './jobs.ts';

/** An object that another object needs. */
interface Needed {
  /** `group/Kind`. */
  readonly groupKind: string;
  readonly namespace: string;
  readonly name: string;
}

/** The hooks of charts that are not rendered, by the objects that they would make. */
export class LeftOutHooks {
  readonly #hooks: readonly LeftOutHook[];

  constructor(hooks: readonly LeftOutHook[]) {
    this.#hooks = hooks;
  }

  /**
   * Returns the hook that would make an object on a cluster: the hook is the object, or is a Job whose containers
   * have its name in an argument or in a variable.
   */
  makerOf(needed: Needed, cluster: string): LeftOutHook | undefined {
    return this.#hooks.find(
      (hook) =>
        namespaceOf(hook) === needed.namespace &&
        makes(hook, needed) &&
        (hook.producedBy?.clusters.includes(cluster) ?? true),
    );
  }
}

function namespaceOf({ value: { metadata }, producedBy }: LeftOutHook): string {
  const own = isFieldMap(metadata) ? metadata['namespace'] : undefined;
  return typeof own === 'string' ? own : (producedBy?.namespace ?? 'default');
}

function makes({ value }: LeftOutHook, { groupKind, name }: Needed): boolean {
  if (value.kind === 'Job') {
    return /^\/(Secret|ConfigMap)$/.test(groupKind) && mentionsInContainers(value, name);
  }
  return groupKind === `/${value.kind}` && value.apiVersion === 'v1' && nameOf(value) === name;
}

function nameOf({ metadata }: LeftOutHook['value']): unknown {
  return isFieldMap(metadata) ? metadata['name'] : undefined;
}

/** Returns the parts of a diagnostic that say which hook would make the object. */
export function explainHook(hook: LeftOutHook): Pick<Diagnostic, 'hint' | 'related'> {
  const name = `${hook.value.kind} ${nameOf(hook.value)}`;
  const { producedBy } = hook;
  const isWritten = producedBy?.name.startsWith('HelmRelease ') ?? false;
  return {
    related: [{ at: hook.at(''), message: `the hook ${name} would make it, and is left out` }],
    hint: isWritten
      ? `set hooks: Ordered in ${producedBy?.name} to render the hook ${name}`
      : `add a HelmRelease for the chart, with hooks: Ordered, to render the hook ${name}`,
  };
}
