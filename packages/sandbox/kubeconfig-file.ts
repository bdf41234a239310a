/** Writes the kubeconfig to disk. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { kubeconfigHeader } from './kubeconfig.ts';

/**
 * Writes the file, readable by its owner only (mode 0600).
 *
 * @throws Error when the file exists and the sandbox did not write it: a kubeconfig may be the only
 *   access to a real cluster
 */
export async function writeKubeconfig(path: string, text: string): Promise<void> {
  const present = await readIfExists(path);
  if (present !== undefined && !present.startsWith(kubeconfigHeader)) {
    throw new Error(`cannot overwrite ${path}: regatta sandbox did not write it`);
  }
  await writeFile(path, text, { mode: 0o600 });
  await chmod(path, 0o600);
}

async function readIfExists(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
