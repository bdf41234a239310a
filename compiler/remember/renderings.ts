import { type Binding, isPreserved, overwrites, targetsOf } from '#model/binding.ts';
import type { Report } from '#model/diagnostic.ts';
import { digestOf, digestOfData, type SharedFile } from '#model/files.ts';
import type { Rendering } from '../decisions.ts';
import { type Memo, memoKey } from '../memo.ts';
import type { RenderedBinding } from '../render.ts';
import { recalledFiles, withoutText } from '../write/rendered-files.ts';

/** Renders bindings. Returns one result for each binding, in the same order. */
export type RenderBindings = (
  bindings: readonly Binding[],
  report: Report,
) => readonly RenderedBinding[];

/** The remembered part of a rendered binding. The compiler renders the texts again when it needs one. */
interface Remembered extends Pick<RenderedBinding, 'unpinned' | 'effects'> {
  readonly files: readonly SharedFile[];
}

/**
 * Wraps a rendering so that it does not render a binding again whose inputs are unchanged, which is correct
 * because the result does not depend on other bindings. Does not remember a rendering with diagnostics,
 * because a recalled one would not report them again.
 */
export function rememberRenderings(
  render: RenderBindings,
  memo: Memo,
  inputs: Omit<Rendering, 'bindings'>,
): RenderBindings {
  const keyOf = createKeys(inputs);
  return (bindings, report) => {
    const keyed = bindings.map((binding) => {
      const key = keyOf(binding);
      return { binding, key, recalled: memo.get(key) as Remembered | undefined };
    });
    const fresh = keyed.filter(({ recalled }) => recalled === undefined);
    let isSound = true;
    const made = render(
      fresh.map(({ binding }) => binding),
      (diagnostic) => {
        isSound = false;
        report(diagnostic);
      },
    );
    const byBinding = new Map(made.map((rendered) => [rendered.binding, rendered]));
    return keyed.flatMap(({ binding, key, recalled }) => {
      if (recalled !== undefined) return [recall(binding, recalled, render)];
      const rendered = byBinding.get(binding);
      if (rendered === undefined) return [];
      const { files, unpinned, effects } = rendered;
      if (isSound)
        memo.set(key, { unpinned, effects, files: files.map(withoutText) } satisfies Remembered);
      return [rendered];
    });
  };
}

function recall(
  binding: Binding,
  { files, unpinned, effects }: Remembered,
  render: RenderBindings,
): RenderedBinding {
  const again = () => render([binding], () => {}).flatMap((rendered) => rendered.files);
  return {
    binding,
    unpinned,
    effects,
    files: recalledFiles(files, again),
    objects: [],
    failed: [],
  };
}

/** Returns a function that digests everything that the files of a binding depend on. */
function createKeys({
  repository,
  profile,
}: Omit<Rendering, 'bindings'>): (binding: Binding) => string {
  const { clusters, customizations, overrides, images } = repository;
  const locked = [...images].map(([image, { digest }]) => [image, digest]);
  const fleet = digestOf(JSON.stringify([profile, clusters, customizations, locked]));
  const byNamespace = new Map(
    Map.groupBy(overrides, ({ object }) => object.metadata.namespace)
      .entries()
      .map(([namespace, policies]) => [
        namespace,
        digestOf(JSON.stringify(policies.map(({ object }) => object))),
      ]),
  );
  return (binding) => {
    const { template, policy, replicas } = binding;
    const { namespace } = template.object.metadata;
    const overriding = [byNamespace.get(undefined), namespace && byNamespace.get(namespace)];
    const selecting = policy && digestOfData(policy.object);
    const { object, variants } = template;
    const decision = [replicas, overwrites(binding), isPreserved(binding)];
    const digests = [object, targetsOf(binding)].map(digestOfData);
    const inputs = JSON.stringify([digests, variants, decision, overriding, selecting]);
    return memoKey('render', fleet, inputs);
  };
}
