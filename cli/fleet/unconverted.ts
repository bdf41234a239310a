import { mayConvert, withoutConverted } from '#io/git/converted-files.ts';
import { type Existing, isConverted, pathsOf } from '#model/files.ts';

/** The rendered files before a compile, and whether git has converted one of them. */
interface Unconverted extends Existing {
  readonly isConverted: boolean;
}

/**
 * Returns the rendered files with those as unreadable that git has converted: a work tree would show what the compile
 * renders, although the commit, which the syncer applies, has something else.
 */
export async function unconverted(
  directory: string,
  root: string,
  { intact, others }: Existing,
): Promise<Unconverted> {
  const tops = [root];
  if (!mayConvert(directory, { files: others, tops }))
    return { intact, others, isConverted: false };
  const copies = intact.flatMap((file) => pathsOf(root, file).map((path) => [path, file] as const));
  const all = new Map([...others, ...copies]);
  const marked = await withoutConverted(directory, { files: all, tops });
  if (!marked.values().some(isConverted)) return { intact, others, isConverted: false };
  return { intact: [], others: marked, isConverted: true };
}
