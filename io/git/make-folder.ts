import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorMessage } from '#model/error.ts';
import { privateFolder } from '../files/private.ts';

/** Maximum time for creating the state directory, in milliseconds. */
const folderMs = 5000;

/**
 * Creates a state directory.
 *
 * @throws Error that names it, after 5 s at the latest
 */
export async function makeStateFolder(directory: string): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const fault = new Error(`not finished within ${folderMs / 1000} s`);
  const timer = setTimeout(() => reject(fault), folderMs);
  try {
    await Promise.race([makeFolder(directory, privateFolder), late]);
  } catch (error) {
    throw new Error(`cannot create the state directory ${directory}: ${errorMessage(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Creates a folder and the missing ones above it. The `recursive` option of Node repeats its calls without end
 * where a file system such as /proc refuses a folder with ENOENT.
 *
 * @throws Error when a folder cannot be created
 */
async function makeFolder(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !(await isFolder(dirname(path)))) {
      await makeFolder(dirname(path), mode);
      await makeFolder(path, mode);
    } else if (!(await isFolder(path))) {
      throw error;
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
