/** Requests to a bed's etcd, through its JSON gateway. */
import assert from 'node:assert/strict';

/** A key of etcd with its value, both in base64. */
export interface Entry {
  readonly key: string;
  readonly value?: string;
  /** Revision of etcd that wrote the key last. */
  readonly mod_revision: string;
}

/** etcd's limit of operations in one transaction. */
const mostOperations = 128;

/** Returns all entries whose key begins with the prefix. */
export async function listEntries(
  etcd: string,
  prefix: string,
  { keysOnly }: { readonly keysOnly: boolean },
): Promise<readonly Entry[]> {
  const end = Buffer.from(prefix);
  end[end.length - 1] = (end.at(-1) ?? 0) + 1;
  const answer = await post(`${etcd}/v3/kv/range`, {
    key: Buffer.from(prefix).toString('base64'),
    range_end: end.toString('base64'),
    keys_only: keysOnly,
  });
  return (answer as { readonly kvs?: readonly Entry[] }).kvs ?? [];
}

/** Deletes keys, which are in base64. */
export async function deleteKeys(etcd: string, keys: readonly string[]): Promise<void> {
  for (const some of chunksOf(keys)) {
    await transact(
      etcd,
      some.map((key) => ({ request_delete_range: { key } })),
    );
  }
}

/** Writes entries with their values. Resolves to the new revision of each key. */
export async function putEntries(
  etcd: string,
  entries: readonly Entry[],
): Promise<ReadonlyMap<string, string>> {
  const revisions = new Map<string, string>();
  for (const some of chunksOf(entries)) {
    const operations = some.map(({ key, value = '' }) => ({ request_put: { key, value } }));
    const revision = await transact(etcd, operations);
    for (const { key } of some) revisions.set(key, revision);
  }
  return revisions;
}

function chunksOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / mostOperations);
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * mostOperations, (index + 1) * mostOperations),
  );
}

/** Resolves to the revision of the transaction. */
async function transact(etcd: string, success: readonly object[]): Promise<string> {
  const answer = await post(`${etcd}/v3/kv/txn`, { success });
  return (answer as { readonly header: { readonly revision: string } }).header.revision;
}

async function post(url: string, body: object): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  assert.ok(response.ok, `etcd answered ${response.status}`);
  return response.json();
}
