import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before } from 'node:test';
import { type Answer, ApiClient, type Call } from '#test/api/client.ts';
import { ok } from '#test/api/reading.ts';
import { Watch } from '#test/api/watch.ts';
import { isReal, startFleet } from '#test/fleet.ts';
import type { FleetOptions, TestFleet } from '#test/test-fleet.ts';
import { until } from '#test/until.ts';

const name = 'member1';

const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** Query parameters; undefined ones are omitted. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface KubectlOptions {
  /** An object that kubectl reads from standard input. */
  readonly input?: object;
  readonly namespace?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Printed {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Real servers that the files of a process share, without and with controllers. */
const shared: { plain?: Promise<TestFleet>; controlled?: Promise<TestFleet> } = {};

after(async () => {
  for (const fleet of Object.values(shared)) await (await fleet).close();
});

/**
 * Returns the cluster that the tests of one file share. It starts before the first test, and stops after the last one of
 * the file, or of all files of the process if the servers are real. Each test uses a separate namespace.
 */
export function useMember({
  controllers = false,
}: Pick<FleetOptions, 'controllers'> = {}): ContractMember {
  const member = new ContractMember();
  before(async () => member.start(await fleetOf(controllers)));
  after(async () => {
    const fleet = member.close();
    if (!isReal) await fleet?.close();
  });
  return member;
}

function fleetOf(controllers: boolean): Promise<TestFleet> {
  const start = () => startFleet({ members: [name], controllers });
  if (!isReal) return start();
  const kind = controllers ? 'controlled' : 'plain';
  shared[kind] ??= start();
  return shared[kind];
}

export class ContractMember {
  #fleet: TestFleet | undefined;
  #client: ApiClient | undefined;
  readonly #watches: Watch[] = [];

  start(fleet: TestFleet): void {
    this.#fleet = fleet;
    this.#client = ApiClient.of(fleet.kubeconfig, name);
  }

  /** Closes the connections, and returns the fleet. */
  close(): TestFleet | undefined {
    for (const watch of this.#watches) watch.close();
    this.#client?.close();
    return this.#fleet;
  }

  /** Restarts the API server, which keeps its objects. */
  async restart(): Promise<void> {
    this.#started(this.#client).close();
    await this.#started(this.#fleet).stop(name);
    await this.#started(this.#fleet).start(name);
  }

  get kubeconfig(): string {
    return this.#started(this.#fleet).kubeconfig;
  }

  /** Runs a stock kubectl on this cluster with `namespace` as the default namespace. */
  async kubectl(
    args: readonly string[],
    { input, namespace = 'default', env = {} }: KubectlOptions = {},
  ): Promise<Printed> {
    const { kubeconfig, kubectl } = this.#started(this.#fleet);
    const context = ['--kubeconfig', kubeconfig, '--context', name, '--namespace', namespace];
    const child = spawn(kubectl, [...args, ...context], { env: { ...process.env, ...env } });
    const printed = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      printed.out += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      printed.err += chunk;
    });
    child.stdin.end(input === undefined ? '' : JSON.stringify(input));
    const [status] = await once(child, 'close');
    return { status, ...printed };
  }

  call(call: Call): Promise<Answer> {
    return this.#started(this.#client).call(call);
  }

  get(path: string, query?: Query): Promise<Answer> {
    return this.call({ path: withQuery(path, query) });
  }

  /** @param path - path of the collection */
  create(path: string, body: object, query?: Query): Promise<Answer> {
    return this.call({ method: 'POST', path: withQuery(path, query), body });
  }

  replace(path: string, body: object, query?: Query): Promise<Answer> {
    return this.call({ method: 'PUT', path: withQuery(path, query), body });
  }

  patch(
    path: string,
    type: keyof typeof patchTypes,
    body: object | string,
    query?: Query,
  ): Promise<Answer> {
    return this.call({
      method: 'PATCH',
      path: withQuery(path, query),
      type: patchTypes[type],
      body,
    });
  }

  /** Applies `body` as field manager `manager`. */
  apply(path: string, manager: string, body: object, query?: Query): Promise<Answer> {
    return this.patch(path, 'apply', body, { fieldManager: manager, ...query });
  }

  /** @param options - a DeleteOptions body */
  delete(path: string, options?: object, query?: Query): Promise<Answer> {
    const body = options && { apiVersion: 'v1', kind: 'DeleteOptions', ...options };
    return this.call({ method: 'DELETE', path: withQuery(path, query), body });
  }

  /** Opens a watch, which ends with the test file at the latest. */
  async watch(path: string, query?: Query, accept?: string): Promise<Watch> {
    const watch = await Watch.open(this.#started(this.#client), withQuery(path, query), accept);
    this.#watches.push(watch);
    return watch;
  }

  /** Creates a namespace with a unique name and returns the name. */
  async namespace(): Promise<string> {
    const metadata = { generateName: 'contract-' };
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata };
    const made = ok(await this.create('/api/v1/namespaces', body));
    return (made.metadata as { readonly name: string }).name;
  }

  /** Waits until the object at `path` is gone. */
  async gone(path: string): Promise<void> {
    await until(`${path} to be gone`, async () => (await this.get(path)).status === 404);
  }

  #started<T>(part: T | undefined): T {
    if (part === undefined) throw new Error('the cluster is not running');
    return part;
  }
}

function withQuery(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  if (given.length === 0) return path;
  return `${path}?${new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)]))}`;
}
