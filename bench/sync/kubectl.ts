import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Manifests } from './objects.ts';

const run = promisify(execFile);

/** Times of kubectl for the same manifests, in milliseconds. */
export interface KubectlTimes {
  readonly firstMs: number;
  readonly unchangedMs: number;
  readonly diffMs: number;
}

/** Writes the manifests into a folder, and measures kubectl on it. */
export async function timeKubectl(
  kubectl: readonly [program: string, kubeconfig: string, context: string],
  manifests: Manifests,
  folder: string,
): Promise<KubectlTimes> {
  for (const [path, object] of Object.entries(manifests)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), JSON.stringify(object));
  }
  const [program, kubeconfig, context] = kubectl;
  const timed = async (...args: readonly string[]) => {
    const begun = performance.now();
    const flags = ['--kubeconfig', kubeconfig, '--context', context, '--recursive', '-f', folder];
    await run(program, [...args, ...flags], { maxBuffer: 2 ** 26 });
    return performance.now() - begun;
  };
  return {
    firstMs: await timed('apply', '--server-side'),
    unchangedMs: await timed('apply', '--server-side'),
    diffMs: await timed('diff', '--server-side'),
  };
}
