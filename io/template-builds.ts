/**
 * Runs Helm for the compiler, over copies of the files that they may read: what is not
 * part of the commit is not there for them.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { digestOf, type FileMap } from '#model/files.ts';
import { filesBelow } from '#model/folder.ts';
import {
  type BuildResult,
  type BuildResults,
  buildKey,
  isAtLeast,
  leastVersions,
  type TemplateBuild,
} from '#model/template-build.ts';
import { type FoundProgram, findProgram, runProcess } from './template-process.ts';
import { complaintOf, difference } from './template-words.ts';

export interface BuildOptions {
  /** What earlier builds came to. */
  readonly memo: Memory;
  /** Build each twice, whatever is remembered, to see whether it comes out the same. */
  readonly twice?: boolean | undefined;
}

interface Memory {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/** Carries out builds over a repository's files, several at a time. */
export async function runPrograms(
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
  kustomize: [],
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
  readonly #twice: boolean;
  readonly #versions = new Map<string, Promise<string | BuildResult>>();
  readonly #copied = new Set<string>();
  #directory: string | undefined;

  constructor(files: FileMap, { memo, twice = false }: BuildOptions) {
    this.#files = files;
    this.#memo = memo;
    this.#twice = twice;
  }

  clear(): void {
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
  }

  async build(build: TemplateBuild): Promise<BuildResult> {
    const names = programs[build.type];
    const program = findProgram(names);
    if (program === undefined) return { type: 'missing', programs: names };
    const inputs = inputsOf(build, this.#files);
    const parts = [program.identity, buildKey(build), [...inputs]];
    const key = digestOf(JSON.stringify(['template', ...parts]));
    const known = this.#memo.get(key) as BuildResult | undefined;
    if (known !== undefined && !this.#twice) return known;
    const result = await this.#run(build, program, inputs);
    if (result.type === 'built') this.#memo.set(key, result);
    return result;
  }

  async #run(build: TemplateBuild, program: FoundProgram, inputs: FileMap): Promise<BuildResult> {
    const version = await this.#versionOf(program);
    if (typeof version === 'object') return version;
    if (!isAtLeast(version, leastVersions[program.name] ?? '')) {
      return { type: 'too-old', program: program.name, version };
    }
    this.#copy(inputs);
    const first = await this.#runOnce(build, program);
    if (!this.#twice || first.type !== 'built') return first;
    await setTimeout(clockStepMs);
    const second = await this.#runOnce(build, program);
    const isSame = second.type === 'built' && second.text === first.text;
    return isSame || second.type !== 'built' ? second : difference(first.text, second.text);
  }

  async #runOnce(build: TemplateBuild, program: FoundProgram): Promise<BuildResult> {
    const directory = this.#root;
    const args = build.type === 'helm' ? helmArgs(build) : [];
    const input = build.type === 'helm' ? JSON.stringify(build.values) : undefined;
    const result = await runProcess(program.path, args, { directory, input });
    if (result.ok) return { type: 'built', text: result.stdout };
    return { type: 'failed', message: complaintOf(result, directory) };
  }

  #versionOf({ name, path }: FoundProgram): Promise<string | BuildResult> {
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
}

/** The files that a build may read. */
function inputsOf(build: TemplateBuild, files: FileMap): FileMap {
  return build.type === 'helm' ? filesBelow(files, [build.chart]) : new Map();
}

/** So much later even a clock of whole seconds has moved on. */
const clockStepMs = 1100;

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
};

/** The version of a program, or that it cannot even be asked for it. */
async function askVersion(
  name: string,
  path: string,
  directory: string,
): Promise<string | BuildResult> {
  const result = await runProcess(path, versionArgs[name] ?? [], { directory });
  const version = /v?\d+\.\d+\.\d+[\w.+-]*/.exec(result.stdout)?.[0];
  if (result.ok && version !== undefined) return version;
  const message = `asked for its version, ${name} says: ${complaintOf(result, directory)}`;
  return { type: 'failed', message };
}
