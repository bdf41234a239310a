/** Measures how many lines of public charts are mapped to the template line that printed them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { runBuilds } from '#io/engine/builds.ts';
import { EnginePool } from '#io/engine/pool.ts';
import { readFiles } from '#io/files/files.ts';
import type { FileMap } from '#model/files.ts';
import { buildKey, type HelmBuild, type RenderedChart } from '#model/template-build.ts';
import { readCorpus } from './corpus.ts';

const { charts } = await readCorpus();
const pool = new EnginePool({ workers: 1 });
after(() => pool.close());

/** Number of charts to test, spread over the sources of the corpus. */
const most = 10;
const stride = Math.max(1, Math.floor(charts.length / (6 * most)));

interface Traced {
  readonly lines: number;
  readonly right: number;
  readonly wrong: readonly string[];
}

async function trace(root: string, folder: string): Promise<Traced | undefined> {
  const files = readFiles(join(root, folder), ['.']);
  const inside = new Map([...files].map(([path, content]) => [`chart/${path}`, content]));
  const build: HelmBuild = {
    ...{ type: 'helm', chart: 'chart', releaseName: 'app', namespace: 'shop', includeCRDs: false },
    ...{ values: {}, apiVersions: [], seed: 'ab' },
  };
  const results = await runBuilds([build], inside, { memory: 'none', lines: true, pool });
  const result = results.get(buildKey(build));
  return result?.type === 'rendered' ? judge(result, files) : undefined;
}

function judge({ documents, templates }: RenderedChart, files: FileMap): Traced {
  const printed = documents.flatMap(({ source, text, lines }) =>
    text.split('\n').map((line, index) => ({
      line,
      source,
      path: templates[lines?.[2 * index] ?? -1] ?? '',
      number: lines?.[2 * index + 1] ?? 0,
    })),
  );
  // Files of a packaged chart have no lines in the repository.
  const isPacked = (path: string) => path.endsWith('.tgz') && files.has(path);
  const counted = printed.filter(
    ({ line, path }) => line.trim() !== '' && !line.trim().startsWith('#') && !isPacked(path),
  );
  const wrong = counted.filter(({ line, path, number }) => {
    const template = String(files.get(path) ?? '').split('\n')[number - 1];
    return template === undefined || !prints(template, line.trim());
  });
  return {
    lines: counted.length,
    right: counted.length - wrong.length,
    wrong: wrong.map(({ source, line }) => `${source}: ${line}`),
  };
}

/** Returns whether a template line has the name of the printed field, or an action that prints. */
function prints(template: string, printed: string): boolean {
  const [, key] = /^(?:- )*("[^"]*"|'[^']*'|[^\s:]+):(?:\s|$)/.exec(printed) ?? [];
  if (key === undefined ? template.includes(printed) : template.includes(`${key}:`)) return true;
  return [...template.matchAll(/\{\{-?\s*([^}]*)/g)].some(
    ([, action = '']) =>
      !/^(if|else|end|range|with|define|block|break|continue|\/\*)\b/.test(action) &&
      !/^\$\w+\s*:?=/.test(action),
  );
}

describe('template lines of public charts', () => {
  it('EN15: maps at least 95 % of the lines of ten public charts to the template line that printed them', async (context) => {
    const traced: (Traced & { readonly name: string })[] = [];
    for (let index = 0; index < charts.length && traced.length < most; index += stride) {
      const chart = charts[index];
      const found = chart && (await trace(chart.root, chart.folder));
      if (chart !== undefined && found !== undefined && found.lines >= 50) {
        traced.push({ ...found, name: chart.name });
      }
    }
    assert.equal(traced.length, most);
    for (const { name, lines, right, wrong } of traced) {
      context.diagnostic(`${name}: ${right} of ${lines} lines; ${wrong[0] ?? 'none is wrong'}`);
    }
    const sum = (of: (one: Traced) => number) => traced.reduce((total, one) => total + of(one), 0);
    assert.ok(sum(({ right }) => right) >= 0.95 * sum(({ lines }) => lines));
  });
});
