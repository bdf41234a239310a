import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const examples: string = join(import.meta.dirname, '../../examples');

/** The sources of the Bookinfo example. */
export async function bookinfo(): Promise<Record<string, string>> {
  const root = join(examples, 'bookinfo');
  const files: Record<string, string> = {};
  for await (const file of glob('{clusters,policies,templates}/**/*.yaml', { cwd: root })) {
    files[file] = await readFile(join(root, file), 'utf8');
  }
  return files;
}
