import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Deadline } from '#syncer/pace/deadline.ts';
import { assertEvent } from '#test/events.ts';
import { configMapFile, configMapKey } from './samples.ts';
import { dataOf, SyncerBed } from './syncer-bed.ts';

const never = new AbortController().signal;
const patient = {
  wait: true,
  get deadline() {
    return new Deadline(bed.clock, 60_000);
  },
};

let bed: SyncerBed;

describe('Syncer.once', () => {
  beforeEach(() => {
    bed = new SyncerBed('member1', 'member2');
  });

  it('applies each rendered directory to its cluster', async () => {
    bed.source.advance('c1', both('1'));
    assert.equal(await bed.open().once(patient, never), true);
    for (const [name, cluster] of bed.clusters) {
      assert.deepEqual(dataOf(cluster, 'a'), { value: '1' }, name);
    }
    assert.deepEqual(bed.clustersOf('synced'), ['member1', 'member2']);
  });

  it('reads the inventory of a cluster while it reads its directory', async () => {
    bed.source.advance('c1', both('1'));
    const read = bed.source.read.bind(bed.source);
    bed.source.read = async (oids) => {
      await bed.until(() =>
        bed.cluster('member1').calls.some((call) => call.includes('inventory')),
      );
      return read(oids);
    };
    assert.equal(await bed.open().once(patient, never), true);
  });

  it('syncs the other clusters when one is down, and reports which', async () => {
    bed.source.advance('c1', both('1'));
    bed.cluster('member1').down = true;
    assert.equal(await bed.open().once(patient, never), false);
    assert.deepEqual(dataOf(bed.cluster('member2'), 'a'), { value: '1' });
    assertEvent(bed.events, { type: 'trouble', cluster: 'member1', reason: /refused/ });
  });

  it('syncs the other clusters when a directory has no kubeconfig context', async () => {
    bed.source.advance('c1', { ...both('1'), 'moon/default/a.yaml': configMapFile('a', '1') });
    assert.equal(await bed.open().once(patient, never), false);
    assert.deepEqual(bed.clustersOf('synced'), ['member1', 'member2']);
    assert.deepEqual(bed.clustersOf('refused'), ['moon']);
  });

  for (const [name, text] of [
    ['invalid YAML', 'a: [1'],
    ['a list instead of an object', '- 1'],
    ['a namespace that is a path', configMapFile('a', '1').replace('"default"', '"../x"')],
    ['a name that is a path', configMapFile('a/../b', '1')],
  ] as const) {
    it(`writes nothing to a cluster with a file that has ${name}`, async () => {
      bed.source.advance('c1', both('1'));
      await bed.open().once(patient, never);
      const { writes } = bed.cluster('member1');
      writes.length = 0;
      const files = {
        'member1/default/b.yaml': configMapFile('b', '1'),
        'member1/default/z.yaml': text,
      };
      bed.source.advance('c2', { ...both('2'), ...files });
      assert.equal(await bed.open().once(patient, never), false);
      assert.deepEqual(writes, []);
      const refusal = bed.events.findLast(({ type }) => type === 'refused');
      assertEvent([refusal], { type: 'refused', reason: /z\.yaml/ });
      assert.deepEqual(dataOf(bed.cluster('member2'), 'a'), { value: '2' });
    });
  }

  it('deletes nothing when a directory has no manifests any more', async () => {
    bed.source.advance('c1', both('1'));
    await bed.open().once(patient, never);
    bed.source.advance('c2', { ...both('1'), 'member1/default/a.yaml': '# gone\n' });
    assert.equal(await bed.open().once(patient, never), false);
    assert.ok(bed.cluster('member1').objects.has(configMapKey('a')));
    assertEvent(bed.events, { type: 'refused', cluster: 'member1', reason: /deletes nothing/ });
  });

  it('changes nothing when the rendered root is missing', async () => {
    bed.source.advance('c1', both('1'));
    await bed.open().once(patient, never);
    bed.source.advance('c2', {});
    assert.equal(await bed.open().once(patient, never), false);
    const reason = /no rendered directories: nothing changes/;
    assertEvent([bed.events.at(-1)], { type: 'source-trouble', reason });
  });

  it('fails at once when the repository can’t be read', async () => {
    bed.source.broken = 'fatal: repository not found';
    assert.equal(await bed.open().once(patient, never), false);
    assert.deepEqual(bed.events, [
      {
        type: 'source-trouble',
        repository: 'git.example.com/fleet',
        reason: 'fatal: repository not found',
      },
    ]);
  });

  it('K51: ends at its deadline when the repository never answers, and names it', async () => {
    bed.source.fetch = () => new Promise(() => {});
    assert.equal(await bed.open().once(patient, never), false);
    assert.deepEqual(bed.events, [
      {
        type: 'source-trouble',
        repository: 'git.example.com/fleet',
        reason: 'timed out after 60 s, waiting for the repository',
      },
    ]);
  });

  it('applies nothing from a commit that does not compile', async () => {
    bed.source.advance('c1', both('1'));
    const compile = async () => ({ ok: false, diagnostics: [] });
    assert.equal(await bed.open(compile).once(patient, never), false);
    assert.deepEqual(bed.events, [{ type: 'rejected-commit', commit: 'c1', diagnostics: [] }]);
    assert.deepEqual(bed.cluster('member1').writes, []);
  });
});

function both(value: string): Readonly<Record<string, string>> {
  return {
    'member1/default/a.yaml': configMapFile('a', value),
    'member2/default/a.yaml': configMapFile('a', value),
  };
}
