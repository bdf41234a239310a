/** Requests of the demo to a sandbox cluster, over plain HTTP like any client. */

const json = { 'content-type': 'application/json' };

async function request(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(5_000) });
  if (!response.ok && response.status !== 404) {
    throw new Error(`${init.method ?? 'GET'} ${url}: ${response.status} ${await response.text()}`);
  }
  return response;
}

interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority?: number }[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}

/** Returns the rows of `kubectl get`, header first, with cells as text. */
export async function getTable(server: string, path: string): Promise<readonly string[][]> {
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  const response = await request(server + path, { headers: { accept } });
  const { columnDefinitions, rows } = (await response.json()) as Table;
  const shown = columnDefinitions.flatMap(({ priority }, index) => (priority ? [] : [index]));
  const pick = (cells: readonly unknown[]) => shown.map((index) => String(cells[index] ?? ''));
  return [
    pick(columnDefinitions.map(({ name }) => name.toUpperCase())),
    ...(rows ?? []).map(({ cells }) => pick(cells)),
  ];
}

/** Returns an object, or undefined if the cluster does not have the object. */
export async function getObject<T>(server: string, path: string): Promise<T | undefined> {
  const response = await request(server + path);
  return response.status === 404 ? undefined : ((await response.json()) as T);
}

export async function createObject(server: string, path: string, object: unknown): Promise<void> {
  await request(server + path, { method: 'POST', headers: json, body: JSON.stringify(object) });
}

/** Edits an object like `kubectl edit`: with a merge patch and the same field manager. */
export async function editObject(server: string, path: string, patch: unknown): Promise<void> {
  await request(`${server}${path}?fieldManager=kubectl-edit`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify(patch),
  });
}
