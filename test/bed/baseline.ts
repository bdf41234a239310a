import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '#test/api/client.ts';
import { until } from '#test/until.ts';
import { deleteKeys, type Entry, listEntries, putEntries } from './etcd.ts';
import type { KubeconfigContext } from './kubeconfig.ts';

/** Written at any time by the servers themselves. */
const unsteady = /^\/[^/]+\/(events|leases|minions|masterleases|peerserverleases|ranges)\//;

/** Which keys are deleted before all others. If an object goes before its owner, a controller creates it again. */
const owners = [
  /^\/[^/]+\/(deployments|statefulsets|daemonsets|cronjobs|horizontalpodautoscalers)\//,
  /^\/[^/]+\/(replicasets|jobs|controllerrevisions)\//,
];

/** Written by the servers at any time, even when they are new. */
const ownObjects = /^\/[^/]+\/(events|peerserverleases|leases\/kube-(system|node-lease))\//;

/** How long no key may change until a new member counts as steady, in milliseconds. */
const newMs = 2000;

/** How long no key may change until a member counts as like new, in milliseconds. */
const steadyMs = 600;

const discovery = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Baseline has the objects of a new member, and can bring them back. */
export class Baseline {
  readonly #etcd: string;
  readonly #member: KubeconfigContext;
  readonly #entries: ReadonlyMap<string, Entry>;
  /** Revisions of entries that have been brought back, which have the value of the baseline. */
  readonly #revisions: Map<string, string>;
  readonly #kinds: string;

  private constructor(
    etcd: string,
    member: KubeconfigContext,
    entries: readonly Entry[],
    kinds: string,
  ) {
    this.#etcd = etcd;
    this.#member = member;
    this.#entries = new Map(entries.map((entry) => [entry.key, entry]));
    this.#revisions = new Map(entries.map(({ key, mod_revision }) => [key, mod_revision]));
    this.#kinds = kinds;
  }

  /** Reads a member that has just started, when its controllers have created their objects. */
  static async read(etcd: string, member: KubeconfigContext): Promise<Baseline> {
    const list = (keysOnly: boolean) => listEntries(etcd, `/${member.name}/`, { keysOnly });
    let known = '';
    await until(`${member.name} to be steady`, async () => {
      const now = JSON.stringify((await list(true)).filter(isSteady));
      const isSame = now === known;
      known = now;
      if (!isSame) await sleep(newMs);
      return isSame;
    });
    return new Baseline(etcd, member, await list(false), await kindsOf(member));
  }

  /**
   * Deletes what was created since, and brings back what was deleted or changed. It writes to etcd, where no
   * finalizer and no webhook can refuse: the API server and its clients see the changes in their watches.
   *
   * @throws Error when the member does not become steady in time
   */
  async restore(): Promise<void> {
    let steadySince = Number.POSITIVE_INFINITY;
    let restored: readonly string[] = [];
    const isSteadyAgain = async () => {
      const some = await this.#restoreSome();
      const isChanged = some.length > 0;
      if (isChanged) restored = some;
      steadySince = isChanged ? Number.POSITIVE_INFINITY : Math.min(steadySince, Date.now());
      await sleep(steadyMs / 4);
      return Date.now() - steadySince > steadyMs;
    };
    const what = `${this.#member.name} to be like new`;
    await until(what, isSteadyAgain, 30_000).catch((cause: unknown) => {
      throw new Error(`${what}: ${restored.slice(0, 5).join(', ')}`, { cause });
    });
    const hasSameKinds = async () => (await kindsOf(this.#member)) === this.#kinds;
    await until(`${this.#member.name} to serve the kinds of a new one`, hasSameKinds, 30_000);
  }

  /** Resolves to the paths of the objects that had to be restored. */
  async #restoreSome(): Promise<readonly string[]> {
    const prefix = `/${this.#member.name}/`;
    const current = await listEntries(this.#etcd, prefix, { keysOnly: true });
    const added = current.filter(({ key }) => !this.#entries.has(key));
    const found = new Set(current.map(({ key }) => key));
    const lost = [...this.#entries.values()].filter((entry) => !found.has(entry.key));
    const changed = current.filter(
      ({ key, mod_revision }) =>
        this.#entries.has(key) && this.#revisions.get(key) !== mod_revision,
    );
    const steady = changed.filter(isSteady).flatMap(({ key }) => this.#entries.get(key) ?? []);
    const back = [...lost.filter(isSteady), ...steady];
    for (const [key, revision] of await putEntries(this.#etcd, back)) {
      this.#revisions.set(key, revision);
    }
    const wave = firstWave(added);
    await deleteKeys(this.#etcd, wave);
    return [...added.filter(isObject), ...back].map(pathOf);
  }
}

function pathOf({ key }: Entry): string {
  return Buffer.from(key, 'base64').toString();
}

function isSteady(entry: Entry): boolean {
  return !unsteady.test(pathOf(entry));
}

/** A Lease of another namespace that was added is an object of a test. */
function isObject(entry: Entry): boolean {
  return !ownObjects.test(pathOf(entry));
}

function firstWave(entries: readonly Entry[]): readonly string[] {
  for (const pattern of owners) {
    const wave = entries.filter((entry) => pattern.test(pathOf(entry)));
    if (wave.some(isObject)) return wave.map(({ key }) => key);
  }
  return entries.map(({ key }) => key);
}

/** Returns what the member serves; the order of groups varies. */
async function kindsOf(member: KubeconfigContext): Promise<string> {
  const client = new ApiClient(member);
  try {
    const { body } = await client.call({ path: '/apis', accept: discovery });
    const { items = [] } = body as { readonly items?: readonly object[] };
    return JSON.stringify(items.map((item) => JSON.stringify(item)).toSorted());
  } finally {
    client.close();
  }
}
