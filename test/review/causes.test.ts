import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withCauses } from '#review/causes.ts';
import { compareSnapshots } from '#review/compare.ts';

const [old, next, other] = ['1', '2', '3'].map((digit) => `sha256:${digit.repeat(64)}`);

const web = (digest = '') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { template: { spec: { containers: [{ name: 'web', image: `web:1@${digest}` }] } } },
});

describe('causes', () => {
  it('names regatta.lock as the cause when only fetched content changed', () => {
    const snapshot = (id: string) => ({ files: new Map([['a/web', id]]) });
    const review = compareSnapshots(snapshot('old'), snapshot('next'), (id) => ({
      ...web(),
      spec: { paused: id === 'old' },
    }));
    const lines = [
      {
        file: 'regatta.lock',
        line: 4,
        text: `  https://charts.example.com/podinfo:1.0.0: ${next}`,
      },
    ];
    const texts = new Map([['regatta.lock', lines[0]?.text ?? '']]);
    const { hunks } = withCauses(review, {
      added: lines,
      removed: [],
      texts,
      isSecretLine: () => false,
    });
    assert.deepEqual(hunks[0]?.causes, lines);
  });

  it('names only the entry of the changed image in regatta.lock as the cause', () => {
    const snapshot = (id: string) => ({ files: new Map([['a/web', id]]) });
    const review = compareSnapshots(snapshot('old'), snapshot('next'), (id) =>
      web(id === 'old' ? old : next),
    );
    const added = [
      { file: 'regatta.lock', line: 4, text: `  db:7: ${other}` },
      { file: 'regatta.lock', line: 5, text: `  web:1: ${next}` },
    ];
    const { hunks } = withCauses(review, {
      added,
      removed: [],
      texts: new Map(),
      isSecretLine: () => false,
    });
    assert.deepEqual(hunks[0]?.causes, added.slice(1));
  });
});
