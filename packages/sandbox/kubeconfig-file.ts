/** The kubeconfig on disk. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { kubeconfigHeader } from './kubeconfig.ts';

/**
 * Writes the file for its owner alone.
 *
 * @throws Error when another kubeconfig is there: it may hold the only way into a real cluster
 */
export async function writeKubeconfig(path: string, text: string): Promise<void> {
  const present = await readIfThere(path);
  if (present !== undefined && !present.startsWith(kubeconfigHeader)) {
    throw new Error(`${path} was not written by regatta sandbox, so it stays as it is`);
  }
  await writeFile(path, text, { mode: 0o600 });
  await chmod(path, 0o600);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
