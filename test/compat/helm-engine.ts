/** Runs the Helm engine with the options of `helm template`. */
import { readFileSync } from 'node:fs';
import { EnginePool } from '#io/engine/pool.ts';
import { readFiles } from '#io/files/files.ts';
import { readYaml } from '#model/yaml.ts';
import type { NativeResult, ReleaseOptions } from './native.ts';

/** A call in a template that returns a random value. */
interface RandomUse {
  readonly file: string;
  readonly function: string;
  /** Whether the call generates a key or a certificate. */
  readonly key: boolean;
}

/** Output of the engine in the form of the native program, or the reason for its absence. */
export type HelmResult =
  | NativeResult
  | { readonly type: 'random'; readonly uses: readonly RandomUse[] };

interface HelmAnswer {
  readonly documents?: readonly {
    readonly source: string;
    readonly text: string;
    readonly hook?: readonly string[];
  }[];
  readonly random?: readonly RandomUse[];
  readonly error?: { readonly message: string };
}

/** Renders charts, by default on a pool of its own. */
export class HelmEngine {
  readonly #pool: EnginePool;

  constructor(pool: EnginePool = new EnginePool()) {
    this.#pool = pool;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  /** @param seed - seed of random values; without it the engine refuses them */
  async template(chart: string, options: ReleaseOptions, seed?: string): Promise<HelmResult> {
    const random = seed === undefined ? {} : { random: 'Seeded', seed };
    const request = { ...helmRequest(chart, options), ...random };
    const result = await this.#pool.run({ engine: 'helm', name: chart, request });
    if (result.type === 'failed') return { type: 'failed', message: result.message };
    return resultOf(result.answer as HelmAnswer);
  }
}

function helmRequest(chart: string, options: ReleaseOptions): object {
  const { valuesFile, ...release } = options;
  const documents = valuesFile === undefined ? [] : readYaml(readFileSync(valuesFile, 'utf8'));
  if ('message' in documents) throw new Error(`${valuesFile}: ${documents.message}`);
  return { ...contentsOf(chart), ...release, includeCRDs: true, values: documents[0] ?? {} };
}

/** Returns the files of a chart: text files as strings, others in base64. */
function contentsOf(chart: string): object {
  const files = [...readFiles(chart, ['.'])];
  const text = files.filter(([, content]) => typeof content === 'string');
  const binary = files.flatMap(([path, content]) =>
    typeof content === 'string' ? [] : [[path, content.base64]],
  );
  return { files: Object.fromEntries(text), binary: Object.fromEntries(binary) };
}

function resultOf({ documents = [], random = [], error }: HelmAnswer): HelmResult {
  if (error !== undefined) return { type: 'failed', message: error.message };
  if (random.length > 0) return { type: 'random', uses: random };
  const print = (list: typeof documents) =>
    list.map(({ source, text }) => `---\n# Source: ${source}\n${text}\n`).join('');
  const { objects = [], hooks = [] } = Object.groupBy(documents, ({ hook }) =>
    hook === undefined ? 'objects' : 'hooks',
  );
  // Helm trims objects, but not hooks.
  return { type: 'printed', text: `${print(objects).trim()}\n${print(hooks)}` };
}
