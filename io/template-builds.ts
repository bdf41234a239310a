/**
 * Runs kustomize and Helm for the compiler, over copies of the files that they may read: what is not
 * part of the commit is not there for them.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { digestOf, type FileMap } from '#model/files.ts';
import { filesBelow, parentOf } from '#model/folder.ts';
import {
  type BuildResult,
  type BuildResults,
  buildKey,
  isAtLeast,
  type KustomizeBuild,
  leastVersions,
  type TemplateBuild,
} from '#model/template-build.ts';
import {
  type FoundProgram,
  findProgram,
  type ProcessResult,
  runProcess,
} from './template-process.ts';

export interface BuildOptions {
  /** What earlier builds came to. */
  readonly memo: Memory;
}

interface Memory {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/** Carries out builds over a repository's files, several at a time. */
export async function runBuilds(
  builds: readonly TemplateBuild[],
  files: FileMap,
  options: BuildOptions,
): Promise<BuildResults> {
  if (builds.length === 0) return new Map();
  const bench = new Bench(files, options);
  const results = new Map<string, BuildResult>();
  const waiting = builds.values();
  const work = async () => {
    for (const build of waiting) results.set(buildKey(build), await bench.build(build));
  };
  try {
    await Promise.all(Array.from({ length: availableParallelism() }, work));
  } finally {
    bench.clear();
  }
  return results;
}

const programs: Readonly<Record<TemplateBuild['type'], readonly string[]>> = {
  kustomize: ['kustomize', 'kubectl'],
  helm: ['helm'],
};

/** What tells the programs that builds would be carried out with from others of their names. */
export function programsFor(builds: readonly TemplateBuild[]): readonly string[] {
  const types = new Set(builds.map(({ type }) => type));
  return [...types].map((type) => findProgram(programs[type])?.identity ?? `no ${type}`);
}

/** A folder to build in, which has what is needed of the repository once that is asked for. */
class Bench {
  readonly #files: FileMap;
  readonly #memo: Memory;
  readonly #versions = new Map<string, Promise<string>>();
  readonly #copied = new Set<string>();
  #directory: string | undefined;
  #wrappers = 0;

  constructor(files: FileMap, { memo }: BuildOptions) {
    this.#files = files;
    this.#memo = memo;
  }

  clear(): void {
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
  }

  async build(build: TemplateBuild): Promise<BuildResult> {
    const names = programs[build.type];
    const program = findProgram(names);
    if (program === undefined) return { type: 'missing', programs: names };
    const inputs = filesBelow(this.#files, build.type === 'helm' ? [build.chart] : build.folders);
    const parts = [program.identity, buildKey(build), [...inputs]];
    const key = digestOf(JSON.stringify(['template', ...parts]));
    const known = this.#memo.get(key) as BuildResult | undefined;
    if (known !== undefined) return known;
    const result = await this.#run(build, program, inputs);
    if (result.type === 'built') this.#memo.set(key, result);
    return result;
  }

  async #run(build: TemplateBuild, program: FoundProgram, inputs: FileMap): Promise<BuildResult> {
    const version = await this.#versionOf(program);
    if (!isAtLeast(version, leastVersions[program.name] ?? '')) {
      return { type: 'too-old', program: program.name, version };
    }
    this.#copy(inputs);
    return this.#runOnce(build, program);
  }

  async #runOnce(build: TemplateBuild, program: FoundProgram): Promise<BuildResult> {
    const directory = this.#root;
    const args = build.type === 'helm' ? helmArgs(build) : this.#kustomizeArgs(build, program);
    const input = build.type === 'helm' ? JSON.stringify(build.values) : undefined;
    const result = await runProcess(program.path, args, { directory, input });
    if (result.ok) return { type: 'built', text: result.stdout };
    return { type: 'failed', message: complaintOf(result, directory) };
  }

  #versionOf({ name, path }: FoundProgram): Promise<string> {
    const known = this.#versions.get(path) ?? askVersion(name, path, this.#root);
    this.#versions.set(path, known);
    return known;
  }

  get #root(): string {
    this.#directory ??= mkdtempSync(join(tmpdir(), 'regatta-build-'));
    return this.#directory;
  }

  #copy(files: FileMap): void {
    for (const [path, content] of files) {
      if (this.#copied.has(path)) continue;
      this.#copied.add(path);
      const target = join(this.#root, path);
      mkdirSync(dirname(target), { recursive: true });
      if (typeof content === 'string') writeFileSync(target, content);
      else writeFileSync(target, Buffer.from(content.base64 ?? '', 'base64'));
    }
  }

  /** A kustomization around it, beside it, has kustomize tell where each object comes from. */
  #kustomizeArgs({ directory, buildMetadata }: KustomizeBuild, { name }: FoundProgram) {
    this.#wrappers++;
    const wrapper = join(this.#root, parentOf(directory), `.regatta-${this.#wrappers}`);
    mkdirSync(wrapper);
    const kustomization = {
      resources: [`../${directory.slice(parentOf(directory).length).replace('/', '')}`],
      buildMetadata: [...new Set([...buildMetadata, 'originAnnotations'])],
    };
    writeFileSync(join(wrapper, 'kustomization.yaml'), JSON.stringify(kustomization));
    return [name === 'kubectl' ? 'kustomize' : 'build', wrapper];
  }
}

function helmArgs(build: Extract<TemplateBuild, { type: 'helm' }>): readonly string[] {
  const { releaseName, chart, namespace, includeCRDs, kubeVersion, apiVersions } = build;
  return [
    ...['template', releaseName, `./${chart}`, '--namespace', namespace, '--values', '-'],
    ...(includeCRDs ? ['--include-crds'] : []),
    ...(kubeVersion === undefined ? [] : ['--kube-version', kubeVersion]),
    ...apiVersions.flatMap((version) => ['--api-versions', version]),
  ];
}

const versionArgs: Readonly<Record<string, readonly string[]>> = {
  helm: ['version', '--template', '{{.Version}}'],
  kustomize: ['version'],
  kubectl: ['version', '--client'],
};

async function askVersion(name: string, path: string, directory: string): Promise<string> {
  const { stdout } = await runProcess(path, versionArgs[name] ?? [], { directory });
  return /v?\d+\.\d+\.\d+[\w.+-]*/.exec(stdout)?.[0] ?? 'unknown';
}

/** What kustomize says first of every fault, because of the kustomization around. */
const wrapped =
  /^accumulating resources: accumulation err='accumulating resources from '\.\.\/[^']*': '[^']*' must resolve to a file': (recursed accumulation of path '[^']*': )?/;

/** Longer complaints are cut, in characters. */
const maxLength = 500;

function complaintOf({ stderr }: ProcessResult, directory: string): string {
  const text = stderr
    .replaceAll(`${directory}/`, '')
    .replaceAll(directory, '.')
    .replaceAll(/^(Error|error): |^Use --debug flag.*$/gm, '')
    .replaceAll(/\.regatta-\d+/g, '.')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(wrapped, '');
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
