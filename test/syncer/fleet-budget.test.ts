import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolveBudget } from '#model/deletion-budget.ts';
import { keyOf } from '#model/object.ts';
import { renderedPathOf } from '#model/rendered-path.ts';
import { isRefused, judgeDeletions } from '#review/budget.ts';
import { Deadline } from '#syncer/pace/deadline.ts';
import type { Strike } from './fake-line.ts';
import { configMap } from './samples.ts';
import { SyncerBed } from './syncer-bed.ts';

const never = new AbortController().signal;
const clusters = ['member1', 'member2', 'member3'];
const setting = 'spec.deletionBudget.fleet';

type Names = readonly string[];

/** Returns the rendered files of a commit that has these ConfigMaps on each cluster. */
function rendered(names: Names | ReadonlyMap<string, Names>): Readonly<Record<string, string>> {
  const entries = clusters.flatMap((cluster) => {
    const own = 'get' in names ? (names.get(cluster) ?? []) : names;
    return own.map((name) => {
      const object = configMap(name, '1');
      return [`${cluster}/${renderedPathOf(keyOf(object))}`, JSON.stringify(object)] as const;
    });
  });
  return Object.fromEntries(entries);
}

function fleetFile(fleet: number | string): string {
  return JSON.stringify({ spec: { deletionBudget: { fleet, cluster: '100%' } } });
}

/** A fleet of three clusters, of which member3 is not reachable, as for an agent that is elsewhere. */
class Fleet extends SyncerBed {
  constructor() {
    super('member1', 'member2');
  }

  /** Runs a new process once at a commit. Returns whether it synced, and its lines about held deletions. */
  async at(commit: string, names: Parameters<typeof rendered>[0], fleet: number | string = 6) {
    this.source.advance(commit, rendered(names), fleetFile(fleet));
    return this.once();
  }

  async once() {
    const from = this.events.length;
    for (const cluster of this.clusters.values()) cluster.revive();
    await this.open().once({ wait: false, deadline: new Deadline(this.clock, 60_000) }, never);
    return this.events.slice(from).flatMap((event) => (event.type === 'held' ? [event] : []));
  }

  names(cluster: string): readonly string[] {
    return [...this.cluster(cluster).objects.values()]
      .filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.namespace === 'default')
      .map(({ metadata }) => metadata.name)
      .toSorted();
  }
}

describe('the deletion budget of the fleet', () => {
  it('K31: holds what a change deletes beyond it, on each cluster, until Git acknowledges it', async () => {
    const fleet = new Fleet();
    await fleet.at('c1', ['a', 'b', 'c', 'd']);
    const held = await fleet.at('c2', ['a']);
    const numbers = { found: 9, total: 12, of: 'objects of the fleet', allowed: 6, setting };
    assert.deepEqual(
      held.toSorted((a, b) => (a.cluster < b.cluster ? -1 : 1)),
      ['member1', 'member2'].map((cluster) => ({ type: 'held', cluster, held: 3, ...numbers })),
    );
    assert.deepEqual(fleet.names('member1'), ['a', 'b', 'c', 'd']);

    // Later commits and other processes hold it, too, and delete what is within the budget.
    await fleet.at('c3', ['a', 'e']);
    assert.equal((await fleet.at('c4', ['a'])).length, 2);
    assert.deepEqual(fleet.names('member2'), ['a', 'b', 'c', 'd']);

    const list = ['b', 'c', 'd'].map((name) => `default/configmap_${name}.yaml\n`).join('');
    const acknowledged = clusters.map((name) => [`${name}/_acknowledged.txt`, list] as const);
    const files = { ...rendered(['a']), ...Object.fromEntries(acknowledged) };
    fleet.source.advance('c5', files, fleetFile(6));
    assert.deepEqual(await fleet.once(), []);
    for (const name of ['member1', 'member2']) assert.deepEqual(fleet.names(name), ['a']);
  });

  it('K31: judges each commit of the branch by itself, however many a syncer finds at once', async () => {
    const fleet = new Fleet();
    await fleet.at('c1', ['a', 'b', 'c', 'd']);
    fleet.source.advance('c2', rendered(['a', 'b', 'c']), fleetFile(6));
    fleet.source.advance('c3', rendered(['a', 'b']), fleetFile(6));
    assert.deepEqual(await fleet.at('c4', ['a']), []);
    assert.deepEqual(fleet.names('member1'), ['a']);
  });

  it('K31: holds what the newest deletion of an object exceeds, and nothing that Git has again', async () => {
    const fleet = new Fleet();
    await fleet.at('c1', ['a', 'b', 'c', 'd']);
    await fleet.at('c2', ['a']);
    assert.deepEqual(await fleet.at('c3', ['a', 'b', 'c', 'd']), []);
    assert.deepEqual(await fleet.at('c4', ['a', 'b', 'c']), []);
    assert.deepEqual(fleet.names('member2'), ['a', 'b', 'c']);
  });

  it('K31: holds nothing without a limit, and forgets what it held when the limit goes', async () => {
    const fleet = new Fleet();
    await fleet.at('c1', ['a', 'b', 'c', 'd']);
    await fleet.at('c2', ['a']);
    fleet.source.advance('c3', rendered(['a']), fleetFile('100%'));
    assert.deepEqual(await fleet.once(), []);
    assert.deepEqual(fleet.names('member1'), ['a']);
  });

  it('K31: holds deletions whose change Git cannot show', async () => {
    const fleet = new Fleet();
    await fleet.at('c1', ['a', 'b']);
    fleet.source.deletingCommits = async () => {
      throw new Error('the server is away');
    };
    await fleet.at('c2', ['a']);
    assert.deepEqual(fleet.names('member1'), ['a', 'b']);
    const reason =
      'the change that deletes it is unknown: the server is away (spec.deletionBudget.fleet)';
    const messages = fleet.events.map((event) => ('message' in event ? event.message : ''));
    assert.ok(messages.includes(reason), messages.join('\n'));
  });

  it('K31: deletes nothing beyond it when it is killed before any call', async () => {
    await killAtEveryCall('before');
  });

  it('K31: deletes nothing beyond it when it is killed after any call', async () => {
    await killAtEveryCall('after');
  });
});

async function killAtEveryCall(strike: Strike): Promise<void> {
  for (let at = 0, killed = true; killed; at++) {
    const fleet = new Fleet();
    await fleet.at('c1', ['a', 'b', 'c', 'd']);
    fleet.cluster('member1').kill(at, strike);
    fleet.source.advance('c2', rendered(['a', 'new']), fleetFile(6));
    const deadline = new Deadline(fleet.clock, 1000);
    await fleet.open().once({ wait: false, deadline }, never);
    killed = fleet.cluster('member1').killed;
    await fleet.at('c3', ['a', 'new']);
    const names = ['a', 'b', 'c', 'd', 'new'];
    assert.deepEqual(fleet.names('member1'), names, `killed ${strike} call ${at}`);
  }
}

describe('the syncer and a review', () => {
  it('K31: decide alike on the fleet’s budget', async () => {
    const all = ['a', 'b', 'c', 'd'];
    const heads: readonly (Names | ReadonlyMap<string, Names>)[] = [
      ['a', 'b', 'c'],
      ['a', 'b'],
      ['a'],
      new Map([
        ['member1', ['a']],
        ['member2', all],
        ['member3', all],
      ]),
      // A cluster that leaves the fleet loses nothing.
      new Map([
        ['member1', ['a', 'b', 'c']],
        ['member2', ['a', 'b', 'c']],
      ]),
    ];
    for (const limit of [0, 2, 3, 6, '25%', '50%']) {
      for (const head of heads) {
        const texts = [rendered(all), rendered(head)] as const;
        const [base, after] = texts.map((files) => ({ files: new Map(Object.entries(files)) }));
        assert.ok(base && after);
        const budget = resolveBudget({ fleet: limit, cluster: '100%' });
        const rules = { budget, acknowledged: [], earlier: new Map() };
        const verdict = judgeDeletions(base, after, rules, (text) => JSON.parse(text));
        const fleet = new Fleet();
        await fleet.at('c1', all, limit);
        const held = await fleet.at('c2', head, limit);
        const where = `${JSON.stringify(limit)} ${JSON.stringify(head)}`;
        assert.equal(held.length > 0, isRefused(verdict), where);
      }
    }
  });
});
