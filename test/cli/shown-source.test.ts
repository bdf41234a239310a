import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { linesWithFrame, shownSource } from '#cli/print/shown-source.ts';

const deployment =
  'apiVersion: apps/v1\nkind: Deployment\nspec:\n  password: tulip\n  replicas: x\n';

describe('linesWithFrame', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-frames-'));
    const files = {
      'templates/web.yaml': deployment,
      'charts/shop/values.yaml': 'word: tulip\nreplicas: 3\n',
      'charts/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: x\n',
      'login.env': 'WORD=tulip\n',
    };
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  });
  after(() => rm(folder, { recursive: true }));

  const framed = (file: string, line: number) => {
    const at = { file, line, column: 1 };
    const fault = {
      code: 'parse/invalid-value',
      severity: 'error',
      message: 'is wrong',
      at,
    } as const;
    return linesWithFrame(fault, shownSource(folder, { isTTY: true })).join('\n');
  };

  it('K15: does not frame a line whose key looks secret, and leaves such a line out of other frames', () => {
    assert.doesNotMatch(framed('templates/web.yaml', 4), /\|/);
    const next = framed('templates/web.yaml', 5);
    assert.match(next, /5 \| {3}replicas: x/);
    assert.doesNotMatch(next, /tulip/);
  });

  it('K15: does not frame values that a build may turn into a Secret', () => {
    assert.doesNotMatch(framed('charts/shop/values.yaml', 1), /\|/);
    assert.doesNotMatch(framed('charts/shop/values.yaml', 2), /\|/);
    assert.doesNotMatch(framed('login.env', 1), /\|/);
    assert.match(framed('charts/shop/Chart.yaml', 3), /3 \| version: x/);
  });
});
