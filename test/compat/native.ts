/** The stock programs that the engines are compared with. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildTool } from '#test/go/tools.ts';
import { program } from '#test/programs.ts';

/** Output of a program, or its error message. */
export type NativeResult =
  | { readonly type: 'printed'; readonly text: string }
  | { readonly type: 'failed'; readonly message: string };

/** The inputs of `helm template` other than the chart. */
export interface ReleaseOptions {
  readonly name: string;
  readonly namespace: string;
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
  /** Path of a YAML file. */
  readonly valuesFile?: string | undefined;
}

const run = promisify(execFile);

/** Runs `helm template --include-crds`. */
export function helmTemplate(chart: string, options: ReleaseOptions): Promise<NativeResult> {
  const { name, namespace, kubeVersion, apiVersions, valuesFile } = options;
  return runNative(program('helm'), [
    ...['template', name, chart, '--include-crds', '--namespace', namespace],
    ...['--kube-version', kubeVersion],
    ...apiVersions.flatMap((version) => ['--api-versions', version]),
    ...(valuesFile === undefined ? [] : ['--values', valuesFile]),
  ]);
}

/** Runs `kustomize build`. */
export function kustomizeBuild(folder: string): Promise<NativeResult> {
  return runNative(buildTool('kustomize'), ['build', folder]);
}

/**
 * Runs a program in an environment that does not depend on the machine: no other program, an empty
 * home, and a nonexistent proxy, so that remote bases fail on every machine.
 */
async function runNative(path: string, args: readonly string[]): Promise<NativeResult> {
  if (path.includes('/') && !existsSync(path)) throw new Error(`${path} does not exist`);
  const home = await mkdtemp(join(tmpdir(), 'regatta-compat-'));
  try {
    const { stdout } = await run(path, args, {
      env: { PATH: '/nonexistent', HOME: home, HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere },
      maxBuffer: 64 * 1024 * 1024,
    });
    return { type: 'printed', text: stdout };
  } catch (error) {
    if (!(error instanceof Error && 'stderr' in error)) throw error;
    return { type: 'failed', message: String(error.stderr).trim() };
  } finally {
    await rm(home, { recursive: true });
  }
}

const nowhere = 'http://127.0.0.1:9';
