import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareTraffic } from '#traffic/ask/compare.ts';
import type { MeshTraffic, TrafficRow } from '#traffic/ask/report.ts';
import { refused } from '#traffic/way/walk.ts';
import type { Way } from '#traffic/way/way.ts';

/** Returns a way to endpoints, each as `version cluster percent`. */
function to(...endpoints: readonly string[]): Way {
  const groups = endpoints.map((text) => {
    const [version = '', cluster = '', percent] = text.split(' ');
    return { version, cluster, count: 1, share: Number(percent) / 100 };
  });
  const destination = { name: 'outbound|9080||reviews', share: 1, endpoints: groups };
  return { outcome: 'forwarded', destinations: [destination], mirrors: [] };
}

function row(
  way: Way,
  { host = 'reviews.default', from = 'default on member1, such as a' } = {},
): TrafficRow {
  return { host, port: 9080, path: '/', from: [from], way };
}

function changes(before: readonly TrafficRow[], after: readonly TrafficRow[]) {
  const traffic = (rows: readonly TrafficRow[]): MeshTraffic => ({
    ...{ mesh: 'mesh1', istioVersion: '', rows, notes: [] },
  });
  return compareTraffic(traffic(before), traffic(after)).map(
    ({ targets, from, changes: clauses, isLoss }) =>
      `${isLoss ? '! ' : ''}${targets.join('+')} from ${from.join('+')}: ${clauses.join(', ')}`,
  );
}

const third = to('v1 member1 33', 'v2 member1 33', 'v3 member1 17', 'v3 member2 17');

describe('the comparison of traffic', () => {
  it('names versions with their shares before and after, and the clusters that they come from', () => {
    const half = to('v1 member1 50', 'v3 member2 50');
    assert.deepEqual(changes([row(third)], [row(half)]), [
      'reviews.default:9080/ from default on member1: v1 33 % → 50 %, v2 33 % → 0 %, v3 34 % → 50 %, all of v3 now from member2',
    ]);
  });

  it('reports a loss of the last endpoint, and of a part of the requests', () => {
    const part = { ...third, fault: { abort: { status: 500, share: 0.1 } } };
    assert.deepEqual(changes([row(third)], [row(to())]), [
      '! reviews.default:9080/ from default on member1: lost its last endpoint',
    ]);
    assert.deepEqual(changes([row(third)], [row(part)]), [
      '! reviews.default:9080/ from default on member1: another fault',
    ]);
    assert.deepEqual(changes([row(third)], [row(refused('no such host'))]), [
      '! reviews.default:9080/ from default on member1: is refused now: no such host',
    ]);
  });

  it('says nothing if the same versions answer, whichever workload stands for the callers', () => {
    const other = row(third, { from: 'default on member1, such as b' });
    assert.deepEqual(changes([row(third)], [other]), []);
  });

  it('reports a host that is gone if its callers are still there', () => {
    const details = row(third, { host: 'details.default' });
    assert.deepEqual(changes([row(third), details], [row(third)]), [
      '! details.default:9080/ from default on member1: is no longer there',
    ]);
    assert.deepEqual(changes([details], []), []);
  });

  it('reports new hosts with their answers', () => {
    const details = row(to('v1 member2 100'), { host: 'details.default' });
    assert.deepEqual(changes([row(third)], [row(third), details]), [
      'details.default:9080/ from default on member1: is new: v1 100 %',
    ]);
  });

  it('joins callers and hosts with the same change', () => {
    const rows = (way: Way) =>
      ['a', 'b'].flatMap((host) =>
        ['gateway x', 'gateway y'].map((from) => row(way, { host, from })),
      );
    assert.deepEqual(changes(rows(third), rows(to())), [
      '! a:9080/+b:9080/ from gateway x+gateway y: lost its last endpoint',
    ]);
  });
});
