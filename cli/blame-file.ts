import { relative, resolve } from 'node:path';
import { type BlamedLine, blame } from '#compiler/explain/blame.ts';
import { renderedFor } from '#compiler/explain/explain.ts';
import { readFiles } from '#io/files.ts';
import { nearestWord } from '#model/nearest.ts';
import type { Profile } from '#model/profile.ts';
import { renderedPath } from '#model/rendered.ts';
import { decideDirectory } from './fleet-directory.ts';

export interface BlamedFile {
  readonly lines: readonly BlamedLine[];
  /** The file is missing, or holds something else. */
  readonly isStale: boolean;
}

/**
 * Where each line of a rendered file comes from.
 *
 * @param file - from where the user stands, or from the repository
 * @throws Error when compile writes no such file
 */
export async function blameFile(
  directory: string,
  file: string,
  profile: Profile,
): Promise<BlamedFile> {
  const { decisions } = await decideDirectory(directory, profile);
  const { rendered } = decisions.settings;
  const standing = relative(resolve(directory), resolve(file));
  const path = standing.startsWith(`${rendered}/`) ? standing : file;
  const [cluster = '', ...rest] = path.slice(rendered.length + 1).split('/');
  const wanted = rest.join('/');
  const bindings = decisions.bindings.filter(
    ({ template }) => renderedPath(template.object) === wanted,
  );
  const objects = bindings.flatMap((binding) => renderedFor(binding, decisions));
  const object = objects.find((candidate) => candidate.cluster === cluster);
  if (!path.startsWith(`${rendered}/`) || object === undefined) {
    const paths = decisions.bindings.map(({ template }) => renderedPath(template.object));
    const clusters = objects.map((candidate) => candidate.cluster);
    throw new Error(`compile writes no ${path}${hintOf(nearest(), rendered)}`);

    function nearest(): string | undefined {
      if (clusters.length > 0) return `${clusters.join(' or ')} with the same name`;
      return nearestWord(wanted, paths);
    }
  }
  const lines = blame(object);
  const text = `${lines.map((line) => line.text).join('\n')}\n`;
  return { lines, isStale: readFiles(directory, [path]).get(path) !== text };
}

function hintOf(nearest: string | undefined, rendered: string): string {
  return nearest === undefined ? `: look below ${rendered}/` : `; there is ${nearest}`;
}
