import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { formatEvent } from '#cli/print/events.ts';
import { FleetReader } from '#syncer/fleet-at.ts';
import { configMap, configMapFile, configMapKey } from './samples.ts';
import { dataOf, SyncerBed } from './syncer-bed.ts';

let bed: SyncerBed;

describe('Syncer.run', () => {
  beforeEach(() => {
    bed = new SyncerBed('member1');
  });

  it('follows commits, corrects drift at once, and prunes nothing when a directory disappears', async () => {
    bed.source.advance('c1', { 'member1/default/a.yaml': configMapFile('a', '1'), 'x/a.yaml': '' });
    const stop = new AbortController();
    const running = bed.open().run(stop.signal);
    const { objects } = bed.cluster('member1');
    await bed.until(() => bed.clustersOf('synced').length === 1);

    bed.cluster('member1').edit(configMap('a', ''), 'kubectl-edit', { data: { value: '9' } });
    await bed.until(() => bed.clustersOf('drift').length === 1);
    await bed.until(() => JSON.stringify(dataOf(bed.cluster('member1'), 'a')) === '{"value":"1"}');

    bed.cluster('member1').remove(configMapKey('a'));
    await bed.until(() => bed.clustersOf('drift').length === 2);
    assert.ok(objects.has(configMapKey('a')));

    bed.source.advance('c2', { 'x/a.yaml': '' });
    await bed.until(() => bed.clustersOf('refused').includes('member1'));
    assert.ok(objects.has(configMapKey('a')));

    bed.source.advance('c3', { 'member1/default/b.yaml': configMapFile('b', '1') });
    await bed.until(() => objects.has(configMapKey('b')) && !objects.has(configMapKey('a')));
    stop.abort();
    await running;
  });

  it('syncs a cluster that was down when it is back', async () => {
    bed.source.advance('c1', { 'member1/default/a.yaml': configMapFile('a', '1') });
    bed.cluster('member1').down = true;
    const stop = new AbortController();
    const running = bed.open().run(stop.signal);
    await bed.until(() => bed.clustersOf('trouble').length === 1);
    bed.cluster('member1').down = false;
    await bed.until(() => bed.clustersOf('synced').length === 1);
    stop.abort();
    await running;
    assert.deepEqual(bed.clustersOf('trouble'), ['member1'], 'the trouble is reported once');
  });

  it('reads the settings again only when a commit changes them', async () => {
    const reader = new FleetReader(bed.source);
    const never = new AbortController().signal;
    const read = async (commit: string, oid: string) => {
      bed.source.advance(commit, { 'member1/default/a.yaml': configMapFile('a', commit) });
      const tree = await bed.source.tree(commit);
      assert.ok(tree);
      bed.source.reads.length = 0;
      const { settings } = await reader.at({ ...tree, settings: oid }, never);
      return [settings, bed.source.reads.length] as const;
    };
    const [first, firstReads] = await read('one', 'oid');
    const [second, secondReads] = await read('two', 'oid');
    assert.deepEqual([firstReads, secondReads], [1, 0]);
    assert.equal(second, first);
    assert.equal((await read('three', 'other'))[1], 1);
  });

  it('reads only the files that a new commit changes', async () => {
    const files = (changed: string) => ({
      'member1/default/a.yaml': configMapFile('a', '1'),
      'member1/default/b.yaml': configMapFile('b', changed),
      'member1/default/c.yaml': configMapFile('c', '1'),
    });
    bed.source.advance('c1', files('1'));
    const stop = new AbortController();
    const running = bed.open().run(stop.signal);
    await bed.until(() => bed.clustersOf('synced').length === 1);
    bed.source.reads.length = 0;
    bed.source.advance('c2', files('2'));
    await bed.until(() => bed.clustersOf('synced').length === 2);
    assert.deepEqual(bed.source.reads, [configMapFile('b', '2')]);
    assert.deepEqual(dataOf(bed.cluster('member1'), 'b'), { value: '2' });
    stop.abort();
    await running;
  });

  it('keeps correcting drift while the repository is unreachable', async () => {
    bed.source.advance('c1', { 'member1/default/a.yaml': configMapFile('a', '1') });
    const stop = new AbortController();
    const running = bed.open().run(stop.signal);
    await bed.until(() => bed.clustersOf('synced').length === 1);
    bed.source.broken = 'fatal: unable to access';
    await bed.until(() => bed.events.some(({ type }) => type === 'source-trouble'));
    bed.cluster('member1').remove(configMapKey('a'));
    await bed.until(() => bed.cluster('member1').objects.has(configMapKey('a')));
    stop.abort();
    await running;
  });

  it('K46: names the repository that it cannot read, and reports its return', async () => {
    bed.source.advance('c1', { 'member1/default/a.yaml': configMapFile('a', '1') });
    const stop = new AbortController();
    const running = bed.open().run(stop.signal);
    await bed.until(() => bed.clustersOf('synced').length === 1);
    for (const _ of [1, 2]) {
      bed.events.length = 0;
      bed.source.broken = 'fatal: unable to access';
      await bed.until(() => bed.events.some(({ type }) => type === 'source-trouble'));
      bed.source.broken = undefined;
      await bed.until(() => bed.events.some(({ type }) => type === 'source-recovered'));
      assert.deepEqual(
        bed.events.map((event) => formatEvent(event)[0]?.replace(/\d+s$/, 'Ns')),
        [
          'repository trouble    git.example.com/fleet: fatal: unable to access',
          'repository git.example.com/fleet reachable again after Ns',
        ],
      );
    }
    stop.abort();
    await running;
  });

  it('starts with the last accepted commit while the repository is unreachable, and fetches when it is back', async () => {
    bed.source.advance('c1', { 'member1/a.yaml': configMapFile('a', '1') });
    bed.source.accepted = 'c1';
    bed.source.broken = 'fatal: unable to access';
    const stop = new AbortController();
    const running = bed.open().run(stop.signal);
    await bed.until(() => bed.clustersOf('synced').length === 1);
    assert.deepEqual(dataOf(bed.cluster('member1'), 'a'), { value: '1' });
    assert.ok(bed.events.some(({ type }) => type === 'source-trouble'));
    bed.source.advance('c2', { 'member1/a.yaml': configMapFile('a', '2') });
    bed.source.broken = undefined;
    await bed.until(() => bed.clustersOf('synced').length === 2);
    assert.deepEqual(dataOf(bed.cluster('member1'), 'a'), { value: '2' });
    stop.abort();
    await running;
  });
});
