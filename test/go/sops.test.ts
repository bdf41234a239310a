import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { generateHybridIdentity, generateIdentity, identityToRecipient } from 'age-encryption';
import { dump } from 'js-yaml';
import { assertEvent } from '#test/events.ts';
import { Scenario } from '../cluster/scenario.ts';
import { buildTool } from './tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'regatta-sops-'));
const keyFile = join(folder, 'keys.txt');

let program = '';
let scenario: Scenario;

function sops(...args: readonly string[]): {
  readonly status: number | null;
  readonly out: string;
} {
  const env = { PATH: process.env.PATH, HOME: folder, SOPS_AGE_KEY_FILE: keyFile };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, env });
  return { status, out: `${stdout}${stderr}` };
}

/** Encrypts a file in place, and returns its new text. */
function encrypt(name: string, text: string, ...flags: readonly string[]): string {
  writeFileSync(join(folder, name), text);
  const expression = ['--encrypted-regex', '^(data|stringData)$'];
  const { status, out } = sops('encrypt', '--in-place', ...expression, ...flags, name);
  assert.equal(status, 0, out);
  return textOf(name);
}

function textOf(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

const secret = (name: string, stringData: Readonly<Record<string, string>>) => ({
  ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'shop' }, stringData },
});

const multiline = 'grün\nund blau: {x}\n';
const commented = `# for people
${dump(secret('commented', { password: 'horse', multiline }))}  # not shown to all
  later: staple
`;
const policy = `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: all}
spec:
  resourceSelectors: [{apiVersion: v1, kind: Secret}, {apiVersion: v1, kind: ConfigMap}]
  placement: {clusterAffinity: {clusterNames: [member1]}}
`;

/** Returns the data of an object in the cluster, as text by key. */
async function valuesOf(path: string): Promise<Readonly<Record<string, string>>> {
  const { kind, data = {} } = ((await scenario.member1.get(`/api/v1/namespaces/shop/${path}`)) ??
    {}) as { readonly kind?: string; readonly data?: Readonly<Record<string, string>> };
  if (kind !== 'Secret') return data;
  const open = (value: string) => Buffer.from(value, 'base64').toString();
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, open(value)]));
}

const sync = () => scenario.once('--age-key-file', keyFile);

describe('files that the real sops encrypts', () => {
  let recipients: readonly string[] = [];

  before(async () => {
    program = buildTool('sops');
    scenario = await Scenario.open('--compile', '--cluster', 'member1');
    const ours = [await generateIdentity(), await generateHybridIdentity()];
    writeFileSync(keyFile, `# ours\n${ours.join('\n')}\n`, { mode: 0o600 });
    const all = [...ours, await generateIdentity()];
    recipients = await Promise.all(all.map((identity) => identityToRecipient(identity)));
  });
  after(async () => {
    await scenario?.close();
    rmSync(folder, { recursive: true });
  });

  it('decrypts YAML and JSON with comments, several recipients and several documents', async () => {
    const [ours = '', quantum = '', stranger = ''] = recipients;
    const files = {
      'commented.yaml': encrypt('commented.yaml', commented, '--age', `${stranger},${ours}`),
      'json.json': encrypt(
        'json.json',
        JSON.stringify(secret('json', { user: 'me', empty: '' })),
        ...['--age', ours],
      ),
      'several.yaml': encrypt(
        'several.yaml',
        [
          dump({
            ...secret('map', {}),
            kind: 'ConfigMap',
            stringData: undefined,
            data: { a: '1' },
          }),
          dump(secret('several', { token: 'hunter2' })),
        ].join('---\n'),
        ...['--age', ours],
      ),
      'quantum.yaml': encrypt(
        'quantum.yaml',
        dump(secret('quantum', { key: 'entangled' })),
        ...['--age', quantum],
      ),
    };
    assert.match(files['commented.yaml'], /#ENC\[/);
    const templates = Object.entries(files).map(([name, text]) => [`templates/${name}`, text]);
    await scenario.repo.push({
      'clusters/member1.yaml':
        'apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: member1}\n',
      'templates/namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
      'policies/all.yaml': policy,
      'regatta.yaml':
        'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: {sync: {sealedKinds: [ConfigMap]}}\n',
      ...Object.fromEntries(templates),
    });
    const { status, events } = await sync();
    assert.equal(status, 0, JSON.stringify(events));
    const password = { password: 'horse', multiline, later: 'staple' };
    assert.deepEqual(await valuesOf('secrets/commented'), password);
    assert.deepEqual(await valuesOf('secrets/json'), { user: 'me', empty: '' });
    assert.deepEqual(await valuesOf('configmaps/map'), { a: '1' });
    assert.deepEqual(await valuesOf('secrets/several'), { token: 'hunter2' });
    assert.deepEqual(await valuesOf('secrets/quantum'), { key: 'entangled' });
    assert.doesNotMatch(JSON.stringify(events), /horse|hunter2|entangled/);
  });

  it('updates a Secret that sops changes', async () => {
    scenario.repo.pull();
    const { status, out } = sops('set', 'json.json', '["stringData"]["user"]', '"you"');
    assert.equal(status, 0, out);
    await scenario.repo.push({ 'templates/json.json': textOf('json.json') });
    assert.equal((await sync()).status, 0);
    assert.deepEqual(await valuesOf('secrets/json'), { user: 'you', empty: '' });
  });

  it('leaves a Secret unchanged when sops rotates its data key', async () => {
    scenario.repo.pull();
    const path = '/api/v1/namespaces/shop/secrets/several';
    const versionOf = async () =>
      (await scenario.member1.get(path))?.metadata.resourceVersion as string;
    const before = await versionOf();
    const { status, out } = sops('rotate', '--in-place', 'several.yaml');
    assert.equal(status, 0, out);
    await scenario.repo.push({ 'templates/several.yaml': textOf('several.yaml') });
    assert.equal((await sync()).status, 0);
    assert.equal(await versionOf(), before);
  });

  it('refuses a file with a changed value, as sops does', async () => {
    scenario.repo.pull();
    const changed = textOf('quantum.yaml').replace(/data:[\w+/]{4}/, 'data:AAAA');
    writeFileSync(join(folder, 'changed.yaml'), changed);
    assert.notEqual(sops('decrypt', 'changed.yaml').status, 0);
    await scenario.repo.push({ 'templates/quantum.yaml': changed });
    const { status, events } = await sync();
    assert.equal(status, 1);
    const message = /has a value at stringData\.key that was changed or moved after encryption/;
    assertEvent(events, refusal('quantum', message));
    assert.deepEqual(await valuesOf('secrets/quantum'), { key: 'entangled' });
  });

  it('decrypts a file of which only the MAC of the whole file is wrong, because each value is authentic', async () => {
    scenario.repo.pull();
    const less = textOf('commented.yaml').replace(/^ *later: .*\n/m, '');
    writeFileSync(join(folder, 'less.yaml'), less);
    assert.match(sops('decrypt', 'less.yaml').out, /MAC mismatch/);
    const swapped = less.replace(/(password: )(.*)(\n *multiline: )(.*)/, '$1$4$3$2');
    assert.notEqual(swapped, less);
    for (const [text, status] of [
      [less, 0],
      [swapped, 1],
    ] as const) {
      await scenario.repo.push({
        'templates/quantum.yaml': textOf('quantum.yaml'),
        'templates/commented.yaml': text,
      });
      assert.equal((await sync()).status, status);
      assert.deepEqual(await valuesOf('secrets/commented'), { password: 'horse', multiline });
      scenario.repo.pull();
    }
    await scenario.repo.push({ 'templates/commented.yaml': less });
  });

  it('refuses a file that is encrypted for other keys', async () => {
    scenario.repo.pull();
    const [, , stranger = ''] = recipients;
    const foreign = encrypt(
      'foreign.yaml',
      dump(secret('foreign', { key: 'x' })),
      '--age',
      stranger,
    );
    assert.match(sops('decrypt', 'foreign.yaml').out, /no identity matched/);
    await scenario.repo.push({
      'templates/quantum.yaml': textOf('quantum.yaml'),
      'templates/foreign.yaml': foreign,
    });
    const { status, events } = await sync();
    assert.equal(status, 1);
    const message = new RegExp(`is encrypted for ${stranger}, and no configured age key matches`);
    assertEvent(events, refusal('foreign', message));
    scenario.repo.pull();
    await scenario.repo.push({ 'templates/foreign.yaml': undefined });
  });

  it('refuses a file that needs keys of several groups, and reports why', async () => {
    scenario.repo.pull();
    const [ours = '', , stranger = ''] = recipients;
    const groups = [{ age: [ours] }, { age: [stranger] }];
    const rule = { path_regex: 'shared', shamir_threshold: 2, key_groups: groups };
    writeFileSync(join(folder, '.sops.yaml'), dump({ creation_rules: [rule] }));
    const text = encrypt('shared.yaml', dump(secret('shared', { key: 'split' })));
    await scenario.repo.push({ 'templates/shared.yaml': text });
    const { status, events } = await sync();
    assert.equal(status, 1);
    assertEvent(events, refusal('shared', /is encrypted for 2 key groups/));
  });
});

/** Returns the fields of the event that reports one refused Secret. */
function refusal(name: string, message: RegExp) {
  const key = `/Secret/shop/${name}`;
  return { type: 'object', cluster: 'member1', key, result: 'refused', message } as const;
}
