import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProxy } from '#test/api/proxy.ts';
import type { SyncerProcess } from '#test/cluster/syncer-process.ts';
import { until } from '#test/until.ts';
import { Audit } from './audit.ts';
import { FaultedFleet, many } from './faulted-fleet.ts';

const kills = 6;

describe('two syncers on one cluster', () => {
  let faulted: FaultedFleet;
  const audit = new Audit();
  const proxies = new Map<string, ApiProxy>();
  const syncers = new Map<string, SyncerProcess>();

  before(async () => {
    faulted = await FaultedFleet.open();
    for (const who of ['one', 'other']) {
      proxies.set(who, await ApiProxy.open(faulted.fleet.kubeconfig, 'member1', who));
    }
    for (const [who, proxy] of proxies) audit.watch(proxy, who);
  });
  beforeEach(() => {
    audit.onWrite = () => {};
  });
  after(async () => {
    await faulted?.close();
    for (const proxy of proxies.values()) proxy.close();
  });

  it('lets two syncers never write at the same time, whichever one is killed', async () => {
    await faulted.want(many(40, '0'));
    for (const who of proxies.keys()) start(who);
    await faulted.expectSound();
    for (let round = 1; round <= kills; round++) {
      const killed = at(1 + round * 5, (syncer) => void syncer.stop('SIGKILL'));
      await faulted.want(many(40, String(round)));
      const who = await killed;
      await faulted.expectSound(syncers.get(rivalOf(who)));
      start(who);
    }
    audit.expectOneAtATime();
    assert.equal(new Set(audit.writes.map(({ who }) => who)).size, 2, 'each syncer has written');
  });

  it('hands the Lease over within seconds when a syncer stops, and names the holder while the other waits', async () => {
    const { holder } = audit;
    const rival = rivalOf(holder);
    await syncers.get(rival)?.event(isWaiting, 60_000);
    await syncers.get(holder)?.stop('SIGTERM');
    const stopped = performance.now();
    await faulted.want(many(40, 'after a stop'));
    await faulted.expectSound(syncers.get(rival));
    assert.ok(performance.now() - stopped < 10_000);
    // It asks the holder for a turn, past the proxies: the audit takes a write to the Lease for a renewal.
    const { kubeconfig } = faulted.fleet;
    const late = faulted.startAt(holder, kubeconfig, '--once', '--timeout', '15s');
    assert.equal(await late.ended, 0, late.describe());
    start(holder);
    audit.expectOneAtATime();
  });

  it('hands the cluster over when one syncer is suspended for longer than its Lease lasts', async () => {
    const busy = at(10, (_, who) => {
      proxyOf(who).hold = sleep(1000);
    });
    await faulted.want(many(200, 'while asleep'));
    const who = await busy;
    const sleeper = syncers.get(who) ?? assert.fail();
    // By then the proxy holds some writes. A write that the process had begun to send when it was
    // stopped looks the same: the check of the Lease right before sending is the last one possible.
    await sleep(900);
    process.kill(sleeper.pid, 'SIGSTOP');
    const begun = performance.now();
    await until('the other syncer to acquire the Lease', async () => audit.holder !== who, 90_000);
    const seconds = (performance.now() - begun) / 1000;
    assert.ok(seconds > 30 && seconds < 70, `${seconds} s`);
    await faulted.expectSound(syncers.get(rivalOf(who)));
    const woken = performance.now();
    sleeper.forgetEvents();
    process.kill(sleeper.pid, 'SIGCONT');
    await sleeper.event(isWaiting, 30_000);
    await faulted.want(many(20, 'awake'));
    await faulted.expectSound(syncers.get(rivalOf(who)));
    await sleep(1000);
    const late = audit.writes.filter((write) => write.who === who && write.from >= woken);
    assert.deepEqual(late, []);
    audit.expectOneAtATime();
  });

  function start(who: string): void {
    const { kubeconfig } = proxyOf(who);
    syncers.set(who, faulted.startAt(who, kubeconfig, '--poll', '200ms'));
  }

  function proxyOf(who: string): ApiProxy {
    return proxies.get(who) ?? assert.fail();
  }

  function rivalOf(who: string): string {
    return who === 'one' ? 'other' : 'one';
  }

  /** Calls `act` at the n-th write from now on, and resolves to the name of its syncer. */
  function at(count: number, act: (syncer: SyncerProcess, who: string) => void): Promise<string> {
    const begun = audit.writes.length;
    return new Promise((resolve) => {
      audit.onWrite = ({ who }) => {
        if (audit.writes.length !== begun + count) return;
        act(syncers.get(who) ?? assert.fail(), who);
        resolve(who);
      };
    });
  }
});

function isWaiting(event: { readonly type: string }): boolean {
  return (
    event.type === 'trouble' && JSON.stringify(event).includes('waits: the cluster is held by')
  );
}
