/** The passes that render placed objects, each with the stage that it adds. `compile.ts` has their order. */
import type { Binding, ClusterObject } from '#model/binding.ts';
import type { Report } from '#model/diagnostic.ts';
import { fullImage, lockFile } from '#model/image-lock.ts';
import type { LeftOut } from '#model/left-out.ts';
import { describeObject, referenceTo } from '#model/object.ts';
import type { Finalised, ImagesPinned, OverridesApplied, Rendering, Revised } from './decisions.ts';
import { finaliseObjects } from './finalise/finalise.ts';
import { pinImages, unpinnedImages } from './finalise/images.ts';
import { reviseBindings } from './interpret/revise.ts';
import { effectsOf, type OverrideEffect } from './override/effects.ts';
import { applyOverrides } from './override/override.ts';
import { type RenderedFile, renderFiles } from './write/rendered-files.ts';

export function revise({ bindings, interpreter }: Rendering, report: Report): Revised {
  return { revised: reviseBindings(bindings, interpreter, report) };
}

export function override(state: Rendering & Revised, report: Report): OverridesApplied {
  return { overridden: applyOverrides(state.revised.objects, state.repository, report) };
}

export function finalise({ overridden, profile }: Rendering & OverridesApplied): Finalised {
  return { finalised: finaliseObjects(overridden.objects, profile) };
}

export function pin({ finalised, repository }: Rendering & Finalised): ImagesPinned {
  return { objects: pinImages(finalised, repository.images) };
}

/** One binding after the passes that render, with its printed files. */
export interface RenderedBinding {
  readonly binding: Binding;
  readonly files: readonly RenderedFile[];
  /** The printed objects; empty if the files come from the memo. */
  readonly objects: readonly ClusterObject[];
  /** Clusters for which the compiler could not render the object. */
  readonly failed: LeftOut['failed'];
  /** What the override policies do to the object. */
  readonly effects: readonly OverrideEffect[];
  /** Images without a digest, in a repository that locks images. */
  readonly unpinned: readonly string[];
}

/** Prints the objects of each binding. */
export function print(
  state: Rendering & Revised & OverridesApplied & ImagesPinned,
): readonly RenderedBinding[] {
  const objects = Map.groupBy(state.objects, ({ binding }) => binding);
  const overridden = Map.groupBy(state.overridden.objects, ({ binding }) => binding);
  const revised = Map.groupBy(state.revised.objects, ({ binding }) => binding);
  const failures = [...state.revised.failed, ...state.overridden.failed];
  const failed = Map.groupBy(failures, ({ binding }) => binding);
  const isLocked = state.repository.images.size > 0;
  return state.bindings.map((binding) => {
    const own = objects.get(binding) ?? [];
    return {
      binding,
      files: renderFiles(own),
      objects: own,
      failed: (failed.get(binding) ?? []).map(({ cluster, message }) => {
        return { object: referenceTo(binding.template.object), cluster, message };
      }),
      effects: effectsOf(overridden.get(binding) ?? [], revised.get(binding) ?? []),
      unpinned: isLocked ? unpinnedIn(own) : [],
    };
  });
}

function unpinnedIn(objects: readonly ClusterObject[]): readonly string[] {
  const distinct = new Set(objects.map(({ object }) => object));
  return [...distinct].flatMap(unpinnedImages);
}

/** Warns of each image without a digest once, because a repository that locks images should lock all of them. */
export function reportUnpinned(rendered: readonly RenderedBinding[], report: Report): void {
  const reported = new Set<string>();
  for (const { unpinned, binding } of rendered) {
    for (const image of unpinned) {
      if (reported.has(image)) continue;
      reported.add(image);
      const { object, at } = binding.template;
      report({
        code: 'finalise/unlocked-image',
        severity: 'warning',
        message: `${describeObject(object)} runs ${image}, which has no digest in ${lockFile}`,
        at: at(''),
        hint: `add a line to ${lockFile}: ${fullImage(image)}: sha256:…`,
      });
    }
  }
}
