import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sendJson } from '#test/hostile-member.ts';
import { until } from '#test/until.ts';
import { configMap } from './objects.ts';
import { ProxiedMember } from './proxied-member.ts';

interface BrokenKind {
  readonly object: object;
  /** Ends a watch of the kind as soon as it begins. */
  readonly end: (response: ServerResponse) => void;
}

/** Kinds by their plural names, each of whose watches ends in another way. */
const kinds: Readonly<Record<string, BrokenKind>> = {
  configmaps: {
    object: configMap('a', 'from Git'),
    end: (response) => void response.writeHead(200).end(),
  },
  secrets: {
    object: core('Secret'),
    end: (response) => {
      response.writeHead(200).flushHeaders();
      setImmediate(() => response.destroy());
    },
  },
  serviceaccounts: { object: core('ServiceAccount'), end: refuse(403, 'cannot watch') },
  limitranges: { object: core('LimitRange'), end: refuse(429, 'too many requests') },
  resourcequotas: { object: core('ResourceQuota'), end: refuse(500, 'etcd has no leader') },
  endpoints: {
    object: core('Endpoints'),
    end: (response) => {
      const event = { type: 'ERROR', object: statusOf(410, 'too old resource version') };
      response.writeHead(200).end(`${JSON.stringify(event)}\n`);
    },
  },
};

function core(kind: string): object {
  return { apiVersion: 'v1', kind, metadata: { name: 'a', namespace: 'default' } };
}

function statusOf(code: number, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, message };
}

function refuse(code: number, message: string): BrokenKind['end'] {
  return (response) => void sendJson(response, statusOf(code, message), code);
}

const path = '/api/v1/namespaces/default/configmaps/a';

let member: ProxiedMember;

/** Breaks the watches, and returns the number of requests for each kind from then on. */
function breakWatches(): Map<string, number> {
  const requests = new Map<string, number>();
  member.proxy.intercept = ({ url = '' }, response) => {
    const [, plural = ''] = /^\/api\/v1\/(\w+)\?/.exec(url) ?? [];
    const kind = kinds[plural];
    if (kind === undefined) return false;
    requests.set(plural, (requests.get(plural) ?? 0) + 1);
    if (!url.includes('watch=1')) return false;
    kind.end(response);
    return true;
  };
  return requests;
}

describe('watches that end as soon as they begin', { timeout: 180_000 }, () => {
  before(async () => {
    member = await ProxiedMember.open();
    const files = Object.entries(kinds).map(([name, { object }]) => [`default/${name}`, object]);
    await member.push(Object.fromEntries(files.map(([name, object]) => [`${name}.yaml`, object])));
  });
  after(() => member.close());

  it('K22: cost few requests, are reported once for each kind, and hide no drift', async () => {
    const requests = breakWatches();
    const syncer = member.follow();
    await syncer.event(({ type }) => type === 'synced', 60_000);
    requests.clear();
    await sleep(5000);
    assert.deepEqual(requests.keys().toArray().toSorted(), Object.keys(kinds).toSorted());
    for (const [kind, count] of requests) assert.ok(count < 20, `${count} requests for ${kind}`);
    const change = { data: { value: 'of another manager' } };
    await member.api.edit(path, 'kubectl-edit', change);
    await until('the syncer corrects the drift', async () => {
      return JSON.stringify(await member.api.get(path)).includes('from Git');
    });
    const troubles = syncer.events.filter(({ type }) => type === 'trouble').map(String);
    assert.equal(troubles.length, Object.keys(kinds).length, syncer.describe());
    assert.match(syncer.describe(), /cannot watch ServiceAccount: cannot watch; listed every/);
  });
});
