import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { configMap } from './objects.ts';
import { Single } from './single.ts';

const path = '/api/v1/namespaces/default/configmaps';

let single: Single;

/** Returns a ConfigMap whose value contains `byte` after the text `café`. */
function withByte(byte: number): Buffer {
  const [start = '', end = ''] = JSON.stringify(configMap('a', 'café?')).split('?');
  return Buffer.concat([Buffer.from(start), Buffer.of(byte), Buffer.from(end)]);
}

async function expectRefusal(reason: RegExp): Promise<void> {
  const run = await single.once('--no-wait');
  assert.equal(run.status, 1, JSON.stringify(run.events));
  assert.match(JSON.stringify(run.events.filter(({ type }) => type === 'refused')), reason);
}

describe('files that are not UTF-8', { timeout: 60_000 }, () => {
  let folder: string;

  before(async () => {
    single = await Single.open();
    folder = join(single.repo.checkout, 'rendered/member1/default');
    mkdirSync(folder, { recursive: true });
  });
  after(() => single.close());

  it('K20: refuse their cluster, instead of applying other values than those of Git', async () => {
    await single.sync({ 'default/a.yaml': configMap('a', 'café \u{FFFD}') });
    assert.match(JSON.stringify(await single.api.get(`${path}/a`)), /café \u{FFFD}/u);
    writeFileSync(join(folder, 'a.yaml'), withByte(0xe9));
    await single.repo.push({});
    await expectRefusal(/member1\/default\/a\.yaml is not UTF-8/);
    assert.match(JSON.stringify(await single.api.get(`${path}/a`)), /café \u{FFFD}/u);
    rmSync(join(folder, 'a.yaml'));
  });

  it('K20: refuse their cluster if their names are not UTF-8, so that none replaces another', async () => {
    await single.sync({
      'default/a.yaml': configMap('a', '1'),
      'default/b.yaml': configMap('b', '1'),
    });
    for (const [name, byte] of Object.entries({ a: 0xe8, b: 0xe9 })) {
      const to = Buffer.concat([Buffer.from(`${folder}/`), Buffer.of(byte), Buffer.from('.yaml')]);
      renameSync(join(folder, `${name}.yaml`), to);
    }
    await single.repo.push({});
    await expectRefusal(/\.yaml has a name that is not UTF-8/);
    assert.equal(
      (await single.api.list(path)).filter(({ metadata }) => metadata.name.length === 1).length,
      2,
    );
  });
});
