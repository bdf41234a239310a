import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { KubeObject } from '#model/object.ts';
import type { Intercept } from '#test/api/proxy.ts';
import type { ProxiedMember } from './proxied-member.ts';
import { thingsGroup } from './things.ts';

/**
 * Plays two API servers behind one address. Every second apply of a thing reaches the one that still has the old
 * schema. That server rejects the field `later`, or drops it silently.
 *
 * @param count - number of applies that reach the old server before it has the new schema
 */
export function withOldServer(
  member: ProxiedMember,
  how: 'rejects' | 'drops',
  count: number,
): { readonly intercept: Intercept; readonly reached: () => number } {
  let applies = 0;
  let reached = 0;
  const intercept: Intercept = (incoming, response) => {
    const { method, url = '' } = incoming;
    const isThing = method === 'PATCH' && url.startsWith(`/apis/${thingsGroup}/`);
    if (!isThing || reached >= count || applies++ % 2 === 1) return false;
    reached++;
    void (how === 'rejects' ? reject(incoming, response) : drop(member, incoming, response));
    return true;
  };
  return { intercept, reached: () => reached };
}

async function reject(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { apiVersion, kind } = JSON.parse(await text(incoming)) as KubeObject;
  const what = `default/one; ${apiVersion}, Kind=${kind}`;
  const message = `failed to create typed patch object (${what}): .spec.later: field not declared in schema`;
  answer(response, 500, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message });
}

/** Applies the object without the field, as a server does whose schema does not say which fields there are. */
async function drop(
  { client }: ProxiedMember,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const object = JSON.parse(await text(incoming)) as KubeObject;
  const { later: _, ...spec } = object.spec as Readonly<Record<string, unknown>>;
  const { status, body } = await client.call({
    method: 'PATCH',
    path: incoming.url ?? '',
    type: 'application/apply-patch+yaml',
    body: { ...object, spec },
  });
  answer(response, status, body);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
