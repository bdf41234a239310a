import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { campaignMs } from '#test/campaign.ts';
import { FleetRepo } from '#test/cluster/fleet-repo.ts';
import { configMap } from '#test/cluster/objects.ts';
import { configMapsOf, Scenario } from '#test/cluster/scenario.ts';
import { SyncerProcess } from '#test/cluster/syncer-process.ts';

/** Rounds of commits, unless `npm run test:long -- --minutes N` sets a time. */
const rounds = process.env.REGATTA_LONG_MINUTES === undefined ? 4 : Number.POSITIVE_INFINITY;
const perFleet = 12;
const fleets = ['shop', 'payments'] as const;
type Name = (typeof fleets)[number];
const ids = { shop: 'k3v9q2m7xd', payments: 'p4ym3nts00' };

/** Two fleets share the namespaces of a cluster; both commit all the time, and their syncers are killed. */
describe('two fleets in the same namespaces', () => {
  let shared: Scenario;
  const repos = new Map<Name, FleetRepo>();
  const running = new Map<Name, SyncerProcess>();
  const wanted = new Map<Name, readonly string[]>();

  before(async () => {
    shared = await Scenario.open();
    for (const name of fleets) {
      const repo = await FleetRepo.make();
      repos.set(name, repo);
      await repo.push({
        'regatta.yaml': {
          metadata: { name },
          spec: {
            id: ids[name],
            sync: { sharedClusters: 'Allow' },
            deletionBudget: { cluster: 100_000 },
          },
        },
      });
    }
  });
  after(async () => {
    for (const syncer of running.values()) await syncer.stop('SIGKILL');
    for (const repo of repos.values()) await repo.remove();
    await shared?.close();
  });

  it('K26: delete no object of each other while both commit and are killed', async (test) => {
    await syncAll(0);
    const end = performance.now() + campaignMs(10);
    let round = 1;
    for (; round <= rounds && performance.now() < end; round++) await disturb(round);
    await syncAll(round);
    test.diagnostic(`${round - 1} rounds, each with a commit and a kill of both syncers`);
    const names = await configMapsOf(shared.member1, '');
    const own = names.filter((name) => fleets.some((fleet) => name.startsWith(`${fleet}-`)));
    assert.deepEqual(own, [...wanted.values()].flat().toSorted());
  });

  /** Commits in both repositories, and runs both syncers to the end. */
  async function syncAll(round: number): Promise<void> {
    for (const name of fleets) await push(name, round);
    for (const name of fleets) assert.equal(await start(name, '--once').ended, 0, described(name));
  }

  /** Commits in both repositories, and kills both syncers at some moment of their work. */
  async function disturb(round: number): Promise<void> {
    for (const name of fleets) await push(name, round);
    for (const name of fleets) start(name);
    await sleep(400 + ((round * 577) % 1500));
    for (const name of fleets) await running.get(name)?.stop('SIGKILL');
    const names = await configMapsOf(shared.member1, '');
    for (const name of fleets) assert.ok(names.includes(`${name}-always`), `${name}, ${round}`);
  }

  /** Commits a third of the fleet's objects at a time, and one object in every round. */
  async function push(name: Name, round: number): Promise<void> {
    const files: Record<string, object | undefined> = {};
    const before = wanted.get(name) ?? [];
    const numbers = Array.from({ length: perFleet }, (_, i) => i).filter(
      (i) => (i + round) % 3 === 0,
    );
    const now = ['always', ...numbers].map((word) => `${name}-${word}`);
    for (const one of before) if (!now.includes(one)) files[pathOf(one)] = undefined;
    for (const one of now) files[pathOf(one)] = configMap(one, String(round));
    wanted.set(name, now);
    await repos.get(name)?.push(files);
  }

  function start(name: Name, ...flags: readonly string[]): SyncerProcess {
    const repo = repos.get(name) ?? assert.fail();
    const state = ['--state-dir', `${repo.directory}/state`, '--poll', '200ms'];
    const cluster = ['--kubeconfig', shared.fleet.kubeconfig, '--cluster', 'member1'];
    const syncer = new SyncerProcess(repo.url, [...state, ...cluster, ...flags]);
    running.set(name, syncer);
    return syncer;
  }

  function described(name: Name): string {
    return running.get(name)?.describe() ?? '';
  }
});

function pathOf(name: string): string {
  return `rendered/member1/default/configmap_${name}.json`;
}
