import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiClient } from './client.ts';
import type { Intercept } from './proxy.ts';

/**
 * How a server answers discovery: in the format of Kubernetes before 1.26 (`older`), with 406 to clients that
 * accept the aggregated format only (`406`), or with a group whose own server it cannot reach (`stale`).
 */
export type DiscoveryFault = 'older' | '406' | 'stale' | 'unreadable';

interface AggregatedList {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions: readonly object[];
  }[];
}

/** Returns an intercept that answers discovery with a fault. @param group - the stale group */
export function discoveryWith(client: ApiClient, fault: DiscoveryFault, group = ''): Intercept {
  return (incoming, response) => {
    const { url: path = '', headers } = incoming;
    if (path !== '/api' && path !== '/apis') return false;
    // Regatta lists application/json last, and a server may refuse the whole list.
    const isPlain = headers.accept === 'application/json';
    if (fault === '406' && !isPlain) return send(response, 406, { kind: 'Status', code: 406 });
    if (fault === 'unreadable') return send(response, 200, { kind: 'Status', items: 'none' });
    void answer(client, incoming, fault, group).then((body) => send(response, 200, body));
    return true;
  };
}

async function answer(
  client: ApiClient,
  { url: path = '', headers }: IncomingMessage,
  fault: DiscoveryFault,
  group: string,
): Promise<unknown> {
  const accept = fault === 'stale' ? (headers.accept ?? '') : 'application/json';
  const { body } = await client.call({ path, accept });
  return fault === 'stale' ? withStale(body as AggregatedList, group) : body;
}

/** Returns the list with the group as an aggregator shows it whose server does not answer. */
function withStale({ items = [], ...list }: AggregatedList, group: string): unknown {
  const isGroup = (name: string | undefined) => name === group;
  return {
    ...list,
    items: items.map((item) =>
      isGroup(item.metadata?.name) ? { ...item, versions: item.versions.map(stale) } : item,
    ),
  };
}

function stale(version: object): object {
  return { ...version, resources: [], freshness: 'Stale' };
}

function send(response: ServerResponse, status: number, body: unknown): true {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
  return true;
}
