import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { command } from '#test/command.ts';
import { seal } from '#test/seal.ts';

const settings = (sync: string) =>
  `apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: {sync: {${sync}}}\n`;
const files = {
  'regatta.yaml': settings('sealedKinds: [example.com/Gauge]'),
  'clusters/m1.yaml':
    'apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: m1}\n',
  'policies/all.yaml': `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: all}
spec:
  resourceSelectors: [{apiVersion: v1, kind: Secret}, {apiVersion: v1, kind: ConfigMap}]
  placement: {clusterAffinity: {clusterNames: [m1]}}
`,
};

const object = (kind: string, name: string, annotations: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'shop', annotations },
});
const sealedFor = (name: string) => ({ 'regatta.dev/sealed-for': name });
const data = { data: { token: 'tulip' } };
const onlyData = { fields: /^data$/ };

describe('an object that SOPS has encrypted', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-sealed-objects-'));
    git('init', '--quiet', '--initial-branch=main');
    const own = { ...object('Secret', 'own', sealedFor('shop/own')), ...data };
    await commit({ ...files, 'templates/own.yaml': JSON.stringify(await seal(own)) });
    await regatta('compile', folder);
    await commit({});
  });
  after(() => rm(folder, { recursive: true }));

  it('K14: causes no warning if its encrypted annotation names an object', async () => {
    for (const verb of [['compile', '--check'], ['lint']]) {
      const { status, text } = await regatta(...verb, folder);
      assert.equal(status, 0, text);
      assert.doesNotMatch(text, /sealed/);
    }
  });

  it('K14: lint and compile --check name the annotation that is absent or plain, and the refused kinds and fields', async () => {
    git('checkout', '--quiet', '-b', 'borrowed', 'main');
    const plain = object('Secret', 'plain', sealedFor('shop/plain'));
    const colon = {
      ...object('Secret', 'colon', sealedFor('shop/colon')),
      data: { 'a:b': 'tulip' },
    };
    await commit({
      'templates/absent.yaml': JSON.stringify(
        await seal({ ...object('Secret', 'absent', {}), ...data }),
      ),
      'templates/plain.yaml': JSON.stringify(await seal({ ...plain, ...data }, onlyData)),
      'templates/colon.yaml': JSON.stringify(await seal(colon)),
      'templates/kind.yaml': JSON.stringify(
        await seal({ ...object('ConfigMap', 'kind', sealedFor('ConfigMap/shop/kind')), ...data }),
      ),
    });
    await regatta('compile', folder);
    await commit({});
    for (const verb of [['compile', '--check'], ['lint']]) {
      const { text } = await regatta(...verb, folder);
      const found = text.split('\n').filter((line) => line.includes('parse/sealed-object'));
      assert.equal(found.length, 4, text);
      for (const name of ['absent', 'plain']) {
        const lacks = `Secret shop/${name} lacks the annotation regatta.dev/sealed-for, encrypted by SOPS`;
        assert.ok(
          found.some((line) => line.includes(lacks)),
          text,
        );
      }
      assert.match(
        text,
        /shop\/colon has an encrypted field with a colon in its name at data\.a:b: the syncer refuses/,
      );
      assert.match(text, /ConfigMap shop\/kind is encrypted by SOPS, but is not a Secret/);
    }
  });

  it('K14: lint says that the syncer refuses the object if sealedFor is Require', async () => {
    git('checkout', '--quiet', '-b', 'required', 'borrowed');
    await commit({ 'regatta.yaml': settings('sealedFor: Require, sealedKinds: [ConfigMap]') });
    const { text } = await regatta('lint', folder);
    assert.match(
      text,
      /Secret shop\/absent lacks the annotation .*; the syncer refuses the object/,
    );
    assert.doesNotMatch(text, /not a Secret/);
  });

  it('K14: diff shows an object that comes without the annotation, or loses it, as a risk', async () => {
    git('checkout', '--quiet', '-b', 'lost', 'borrowed');
    const own = { ...object('Secret', 'own', sealedFor('shop/own')), ...data };
    await commit({ 'templates/own.yaml': JSON.stringify(await seal(own, onlyData)) });
    await regatta('compile', folder);
    await commit({});
    const risks = async (base: string, head: string) => {
      const { text } = await regatta('diff', folder, '--base', base, '--head', head);
      return text.match(/sealed-for-any: Secret shop\/\w+/g) ?? [];
    };
    assert.deepEqual((await risks('main', 'borrowed')).toSorted(), [
      'sealed-for-any: Secret shop/absent',
      'sealed-for-any: Secret shop/plain',
    ]);
    assert.deepEqual(await risks('borrowed', 'lost'), ['sealed-for-any: Secret shop/own']);
  });

  function git(...args: readonly string[]): void {
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
    execFileSync('git', [...identity, ...args], { cwd: folder });
  }

  async function commit(changed: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(changed)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    git('add', '--all');
    git('commit', '--quiet', '--message', 'change');
  }
});

function regatta(
  ...args: readonly string[]
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], (error, out, err) => {
      resolve({ status: error === null ? 0 : Number(error.code), text: out + err });
    });
  });
}
