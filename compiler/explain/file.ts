import type { ClusterObject } from '#model/binding.ts';
import { nearestWord } from '#model/nearest.ts';
import { renderedPath } from '#model/rendered.ts';
import type { Decisions } from '../decisions.ts';
import { renderedFor } from './explain.ts';

/**
 * Finds the object of a rendered file.
 *
 * @throws Error if compile does not write the file. The message suggests another file or folder.
 */
export function decisionFor(file: string, decisions: Decisions): ClusterObject {
  const { bindings, settings } = decisions;
  const root = `${settings.rendered}/`;
  if (!file.startsWith(root)) throw new Error(`compile does not write ${file}: look below ${root}`);
  const [cluster = '', ...rest] = file.slice(root.length).split('/');
  const path = rest.join('/');
  const [likely, others] = [true, false].map((isLikely) =>
    bindings.filter(({ template }) => (renderedPath(template.object) === path) === isLikely),
  );
  // Look at the other templates too, because an override may have renamed an object.
  for (const candidates of [likely ?? [], others ?? []]) {
    const objects = candidates
      .flatMap((binding) => renderedFor(binding, decisions))
      .filter(({ object }) => renderedPath(object) === path);
    const found = objects.find((object) => object.cluster === cluster);
    if (found !== undefined) return found;
    if (objects.length > 0) {
      const clusters = objects.map((object) => object.cluster);
      throw new Error(`compile does not write ${file}, but writes it for ${clusters.join(', ')}`);
    }
  }
  const known = bindings.map(({ template }) => renderedPath(template.object));
  const nearest = nearestWord(path, known);
  const hint = nearest === undefined ? `: look below ${root}` : `; did you mean ${nearest}?`;
  throw new Error(`compile does not write ${file}${hint}`);
}
