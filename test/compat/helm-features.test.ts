/** Compares the Helm engine with the stock Helm of the same version, on a chart for each feature of Helm. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, describe, it } from 'node:test';
import { requestOf } from '#io/engine/helm.ts';
import { EnginePool } from '#io/engine/pool.ts';
import type { FileMap } from '#model/files.ts';
import type { HelmBuild, RenderedChart } from '#model/template-build.ts';
import { program } from '#test/programs.ts';
import { printedText, writeChart } from './chart-folder.ts';
import type { FeatureChart } from './chart-parts.ts';
import { faultyCharts } from './faulty-charts.ts';
import { featureCharts } from './feature-charts.ts';
import { oddCharts } from './odd-charts.ts';

const pool = new EnginePool({ workers: 1 });
after(() => pool.close());

function buildOf({
  values = {},
  kubeVersion = 'v1.33.0',
  apiVersions = [],
}: FeatureChart): HelmBuild {
  return {
    ...{ type: 'helm', chart: 'web', releaseName: 'the-app', namespace: 'shop', includeCRDs: true },
    ...{ values: JSON.parse(JSON.stringify(values)), kubeVersion, apiVersions },
  };
}

async function ask(given: FeatureChart, files: FileMap, from = pool): Promise<unknown> {
  const request = requestOf(buildOf(given), files);
  const result = await from.run({ engine: 'helm', request, name: 'chart web' });
  assert.ok(result.type === 'answered', JSON.stringify(result));
  return result.answer;
}

function helm({ kubeVersion = 'v1.33.0', apiVersions = [], values }: FeatureChart, root: string) {
  const { status, stdout, stderr } = spawnSync(
    program('helm'),
    [
      ...['template', 'the-app', 'web', '--include-crds', '--namespace', 'shop', '--values', '-'],
      ...['--kube-version', kubeVersion],
      ...apiVersions.flatMap((version) => ['--api-versions', version]),
    ],
    {
      cwd: root,
      encoding: 'utf8',
      input: JSON.stringify(values ?? {}),
      env: { PATH: '/nonexistent', HOME: root },
    },
  );
  return { isPrinted: status === 0, stdout, stderr };
}

describe('charts for the features of Helm', () => {
  for (const [name, given] of Object.entries(featureCharts)) {
    it(`EN13: prints ${name} as Helm does`, async () => {
      const { root, files, remove } = writeChart(given.files);
      try {
        const native = helm(given, root);
        assert.ok(native.isPrinted, native.stderr);
        const answer = (await ask(given, files)) as RenderedChart;
        assert.ok(answer.documents !== undefined, JSON.stringify(answer));
        assert.equal(printedText(answer.documents), native.stdout);
      } finally {
        remove();
      }
    });
  }

  for (const [name, given] of Object.entries(oddCharts)) {
    it(`EN13: prints or refuses ${name} as Helm does`, async () => {
      const { root, files, remove } = writeChart(given.files);
      try {
        const native = helm(given, root);
        const answer = (await ask(given, files)) as Partial<RenderedChart & Refused>;
        if (native.isPrinted) assert.equal(printedText(answer.documents ?? []), native.stdout);
        else assert.equal(plain(answer.error?.message ?? ''), plain(native.stderr));
      } finally {
        remove();
      }
    });
  }

  for (const [name, given] of Object.entries(faultyCharts)) {
    it(`EN13: refuses ${name} with Helm's message`, async () => {
      const { root, files, remove } = writeChart(given.files);
      try {
        const native = helm(given, root);
        assert.ok(!native.isPrinted, native.stdout);
        const { error } = (await ask(given, files)) as Refused;
        assert.equal(plain(error?.message ?? ''), plain(native.stderr));
      } finally {
        remove();
      }
    });
  }

  it('EN4, EN8: a chart has the same result first, second, and after 50 others', async () => {
    const charts = Object.values({ ...featureCharts, ...faultyCharts }).map((given) => {
      const { files, remove } = writeChart(given.files);
      remove();
      return { given, files };
    });
    const answers = async (from: EnginePool) => {
      const list: unknown[] = [];
      for (const { given, files } of charts) list.push(await ask(given, files, from));
      return list;
    };
    const first = await answers(pool);
    assert.deepEqual(await answers(pool), first);
    assert.deepEqual(await answers(pool), first);
    const fresh = new EnginePool({ workers: 1 });
    try {
      for (const [index, { given, files }] of charts.entries()) {
        if (index % 5 > 0) continue;
        await fresh.close();
        assert.deepEqual(await ask(given, files, fresh), first[index]);
      }
    } finally {
      await fresh.close();
    }
  });
});

interface Refused {
  readonly error?: { readonly message: string };
}

/** Removes log lines and hints from Helm's message, and sorts it, because schema errors have a random order. */
function plain(message: string): string {
  return message
    .split('\n')
    .filter((line) => !/^(level=|time=|\d{4}\/|Use --debug|walk\.go)/.test(line))
    .map((line) => line.replace(/^Error: /, '').trim())
    .filter((line) => line !== '')
    .toSorted()
    .join('\n');
}
