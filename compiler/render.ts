import {
  type Binding,
  type ClusterObject,
  isPreserved,
  overwrites,
  targetsOf,
} from '#model/binding.ts';
import type { Report } from '#model/diagnostic.ts';
import { digestOf, type SharedFile } from '#model/files.ts';
import type { Repository } from '#model/fleet.ts';
import { fullImage, lockFile } from '#model/image-lock.ts';
import type { LeftOut } from '#model/left-out.ts';
import { describeObject, referenceTo } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';
import { finaliseObjects } from './finalise/finalise.ts';
import { pinImages, unpinnedImages } from './finalise/images.ts';
import type { Interpreter } from './interpret/interpreter.ts';
import { reviseBindings } from './interpret/revise.ts';
import { digestOfData, type Memo, memoKey } from './memo.ts';
import { applyOverrides } from './override/override.ts';
import {
  type RenderedFile,
  recalledFiles,
  renderFiles,
  withoutText,
} from './write/rendered-files.ts';

/** What every binding is rendered by. */
export interface Rendering {
  readonly repository: Repository;
  readonly interpreter: Interpreter;
  readonly profile: Profile;
  readonly memo: Memo;
}

export interface Rendered {
  readonly files: readonly RenderedFile[];
  /** The objects of those files that were not recalled. */
  readonly objects: readonly ClusterObject[];
  readonly failed: LeftOut['failed'];
}

/**
 * The files that clusters get of what was decided: revise → override → finalise → print. A binding
 * is rendered by itself, so one of which nothing has changed since an earlier compile is recalled.
 */
export function renderBindings(
  bindings: readonly Binding[],
  rendering: Rendering,
  report: Report,
): Rendered {
  const { memo } = rendering;
  const keyOf = createKeys(rendering);
  const keyed = bindings.map((binding) => {
    const key = keyOf(binding);
    return { binding, key, recalled: memo.get(key) as Remembered | undefined };
  });
  const anew = keyed.filter(({ recalled }) => recalled === undefined);
  let faults = 0;
  const { objects, failed } = renderObjects(
    anew.map(({ binding }) => binding),
    rendering,
    (diagnostic) => {
      faults++;
      report(diagnostic);
    },
  );
  const byBinding = Map.groupBy(objects, ({ binding }) => binding);
  const isLocked = rendering.repository.images.size > 0;
  const made = keyed.map(({ binding, key, recalled }) => {
    if (recalled !== undefined) {
      const again = () => renderFiles(renderObjects([binding], rendering, () => {}).objects);
      return { files: recalledFiles(recalled.files, again), unpinned: recalled.unpinned, binding };
    }
    const made = make(byBinding.get(binding) ?? [], { isLocked });
    // What has to be reported has to be found again.
    if (faults === 0) memo.set(key, { ...made, files: made.files.map(withoutText) });
    return { ...made, binding };
  });
  reportUnpinned(made, report);
  return { files: made.flatMap(({ files }) => files), objects, failed };
}

interface Made {
  readonly files: readonly RenderedFile[];
  /** Images of which no digest is known, where images are locked. */
  readonly unpinned: readonly string[];
}

/** What is remembered of a binding. */
interface Remembered extends Pick<Made, 'unpinned'> {
  readonly files: readonly SharedFile[];
}

function make(
  objects: readonly ClusterObject[],
  { isLocked }: { readonly isLocked: boolean },
): Made {
  const distinct = isLocked ? new Set(objects.map(({ object }) => object)) : [];
  return { files: renderFiles(objects), unpinned: [...distinct].flatMap(unpinnedImages) };
}

/** Where images are locked, one that isn't was forgotten. */
function reportUnpinned(
  made: readonly (Made & { readonly binding: Binding })[],
  report: Report,
): void {
  const told = new Set<string>();
  for (const { unpinned, binding } of made) {
    for (const image of unpinned) {
      if (told.has(image)) continue;
      told.add(image);
      const { object, at } = binding.template;
      report({
        code: 'finalise/unlocked-image',
        severity: 'warning',
        message: `${describeObject(object)} runs ${image}, of which ${lockFile} has no digest`,
        at: at(''),
        hint: `add it there: ${fullImage(image)}: sha256:…`,
      });
    }
  }
}

/** The objects of bindings as the clusters are to have them. */
export function renderObjects(
  bindings: readonly Binding[],
  { repository, interpreter, profile }: Rendering,
  report: Report,
): Omit<Rendered, 'files'> {
  const revised = reviseBindings(bindings, interpreter, report);
  const overridden = applyOverrides(revised.objects, repository, report);
  const failed = [...revised.failed, ...overridden.failed].map(({ binding, ...failure }) => ({
    object: referenceTo(binding.template.object),
    ...failure,
  }));
  const finished = finaliseObjects(overridden.objects, profile);
  return { objects: pinImages(finished, repository.images), failed };
}

/** Digests of all that the files of a binding depend on. */
function createKeys({ repository, profile }: Rendering): (binding: Binding) => string {
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
