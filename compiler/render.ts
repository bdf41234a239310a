import type { Binding, ClusterObject } from '#model/binding.ts';
import type { Report } from '#model/diagnostic.ts';
import { digestOf } from '#model/files.ts';
import type { Repository } from '#model/fleet.ts';
import type { Profile } from '#model/profile.ts';
import { finaliseObjects } from './finalise/finalise.ts';
import type { Interpreter } from './interpret/interpreter.ts';
import { reviseBindings } from './interpret/revise.ts';
import { type Memo, memoKey } from './memo.ts';
import { applyOverrides } from './override/override.ts';
import { type RenderedFile, renderFiles } from './write/rendered-files.ts';

/** What every binding is rendered by. */
export interface Rendering {
  readonly repository: Repository;
  readonly interpreter: Interpreter;
  readonly profile: Profile;
  readonly memo: Memo;
}

/**
 * The files that clusters get of what was decided: revise → override → finalise → print. A binding
 * is rendered by itself, so one of which nothing has changed since an earlier compile is recalled.
 */
export function renderBindings(
  bindings: readonly Binding[],
  rendering: Rendering,
  report: Report,
): readonly RenderedFile[] {
  const { memo } = rendering;
  const keyOf = createKeys(rendering);
  const keyed = bindings.map((binding) => {
    const key = keyOf(binding);
    return { binding, key, recalled: memo.get(key) as readonly RenderedFile[] | undefined };
  });
  const anew = keyed.filter(({ recalled }) => recalled === undefined);
  let faults = 0;
  const objects = renderObjects(
    anew.map(({ binding }) => binding),
    rendering,
    (diagnostic) => {
      faults++;
      report(diagnostic);
    },
  );
  return keyed.flatMap(({ binding, key, recalled }) => {
    const files = recalled ?? renderFiles(objects.get(binding) ?? []);
    // What has to be reported has to be found again.
    if (faults === 0) memo.set(key, files);
    return files;
  });
}

function renderObjects(
  bindings: readonly Binding[],
  { repository, interpreter, profile }: Rendering,
  report: Report,
): ReadonlyMap<Binding, readonly ClusterObject[]> {
  const revised = reviseBindings(bindings, interpreter, report);
  const overridden = applyOverrides(revised.objects, repository, report);
  return Map.groupBy(finaliseObjects(overridden.objects, profile), ({ binding }) => binding);
}

/** Digests of all that the files of a binding depend on. */
function createKeys({ repository, profile }: Rendering): (binding: Binding) => string {
  const { templates: _, policies: __, overrides, ...facts } = repository;
  const fleet = digestOf(JSON.stringify([profile, facts]));
  const byNamespace = new Map(
    Map.groupBy(overrides, ({ object }) => object.metadata.namespace)
      .entries()
      .map(([namespace, policies]) => [
        namespace,
        digestOf(JSON.stringify(policies.map(({ object }) => object))),
      ]),
  );
  const digests = new WeakMap<object, string>();
  return ({ template, policy, previous: ___, ...decision }) => {
    const { namespace } = template.object.metadata;
    const overriding = [byNamespace.get(undefined), namespace && byNamespace.get(namespace)];
    const selecting = policy && (digests.get(policy) ?? digestOf(JSON.stringify(policy.object)));
    if (policy !== undefined && selecting !== undefined) digests.set(policy, selecting);
    const inputs = JSON.stringify([template.object, decision, overriding, selecting]);
    return memoKey('render', fleet, inputs);
  };
}
