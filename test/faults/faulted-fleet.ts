import assert from 'node:assert/strict';
import type { KubeObject } from '#model/object.ts';
import { ApiProxy } from '#test/api/proxy.ts';
import { Api } from '#test/cluster/api.ts';
import { FleetRepo } from '#test/cluster/fleet-repo.ts';
import { configMap } from '#test/cluster/objects.ts';
import { configMaps, inventoryOf } from '#test/cluster/scenario.ts';
import { type SyncerHow, SyncerProcess } from '#test/cluster/syncer-process.ts';
import { startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { until } from '#test/until.ts';

/** Values of the desired ConfigMaps in `default`, by name. */
export type Values = Readonly<Record<string, string>>;

const prefix = 'desired-';
const foreign = 'foreign';

/** FaultedFleet has one member behind a proxy and a fleet repository, and checks that faults harm neither. */
export class FaultedFleet {
  readonly fleet: TestFleet;
  readonly repo: FleetRepo;
  readonly proxy: ApiProxy;
  readonly api: Api;
  #desired: Values = {};
  #foreign: KubeObject | undefined;
  readonly #started: SyncerProcess[] = [];

  private constructor(fleet: TestFleet, repo: FleetRepo, proxy: ApiProxy) {
    this.fleet = fleet;
    this.repo = repo;
    this.proxy = proxy;
    this.api = new Api(fleet.kubeconfig, 'member1');
  }

  static async open(controllers: boolean = false): Promise<FaultedFleet> {
    const fleet = await startFleet({ members: ['member1'], controllers });
    const proxy = await ApiProxy.open(fleet.kubeconfig, 'member1');
    const faulted = new FaultedFleet(fleet, await FleetRepo.make(), proxy);
    await faulted.#makeForeign();
    return faulted;
  }

  async close(): Promise<void> {
    for (const syncer of this.#started) await syncer.stop('SIGKILL');
    this.proxy.close();
    this.api.close();
    await this.fleet.close();
    await this.repo.remove();
  }

  get stateDirectory(): string {
    return `${this.repo.directory}/state`;
  }

  /** Pushes a commit with exactly these ConfigMaps, and with `more` objects by path. */
  async want(
    desired: Values,
    more: Readonly<Record<string, object | undefined>> = {},
  ): Promise<void> {
    const gone = Object.keys(this.#desired).filter((name) => !(name in desired));
    const files = [
      ...gone.map((name) => [fileOf(name), undefined]),
      ...Object.entries(desired).map(([name, value]) => [
        fileOf(name),
        configMap(prefix + name, value),
      ]),
      ...Object.entries(more).map(([path, object]) => [`rendered/member1/${path}`, object]),
    ];
    this.#desired = desired;
    await this.repo.push({ ...Object.fromEntries(files), 'regatta.yaml': settings });
  }

  /** Starts a syncer that reaches the member through the proxy. */
  start(...flags: readonly string[]): SyncerProcess {
    return this.startFrom(this.repo.url, ...flags);
  }

  /** Starts a syncer that fetches the repository from `url`. */
  startFrom(url: string, ...flags: readonly string[]): SyncerProcess {
    const { kubeconfig } = this.proxy;
    const common = ['--kubeconfig', kubeconfig, '--state-dir', this.stateDirectory];
    const syncer = new SyncerProcess(url, [...common, ...flags]);
    this.#started.push(syncer);
    return syncer;
  }

  /** Starts one of several syncers, each with its own kubeconfig and clone. */
  startAt(name: string, kubeconfig: string, ...flags: readonly string[]): SyncerProcess {
    const own = ['--kubeconfig', kubeconfig, '--state-dir', `${this.repo.directory}/${name}`];
    const syncer = new SyncerProcess(this.repo.url, [...own, ...flags]);
    this.#started.push(syncer);
    return syncer;
  }

  /** Starts a syncer whose process runs `script` first. */
  startAfter(script: string): SyncerProcess {
    return this.#startAs({ env: { NODE_OPTIONS: `--import=${script}` } });
  }

  /** Starts a syncer whose state directory is a file system of 4 MiB. */
  startOnSmallDisk(): SyncerProcess {
    const script = 'mkdir -p "$0" && mount -t tmpfs -o size=4m none "$0" && exec "$@"';
    const own = ['unshare', '--user', '--map-root-user', '--mount'];
    return this.#startAs({ through: [...own, 'sh', '-c', script, this.stateDirectory] });
  }

  #startAs(how: SyncerHow): SyncerProcess {
    const { kubeconfig } = this.proxy;
    const flags = ['--kubeconfig', kubeconfig, '--state-dir', this.stateDirectory];
    const syncer = new SyncerProcess(this.repo.url, [...flags, '--poll', '200ms'], how);
    this.#started.push(syncer);
    return syncer;
  }

  /** Starts a syncer that polls, and resolves when it has synced the cluster. */
  async startSynced(...flags: readonly string[]): Promise<SyncerProcess> {
    const syncer = this.start('--poll', '200ms', ...flags);
    await syncer.event(({ type }) => type === 'synced', 60_000);
    return syncer;
  }

  async once(): Promise<void> {
    const syncer = this.start('--once', '--timeout', '60s');
    assert.equal(await syncer.ended, 0, syncer.describe());
  }

  /** Expects that the cluster equals its directory, and that no foreign object or inventory entry changed. */
  async expectSound(syncer?: SyncerProcess): Promise<void> {
    const output = () => `\n${syncer?.describe() ?? ''}`;
    await until(
      'the cluster to equal its directory',
      async () => JSON.stringify(await this.#live()) === JSON.stringify(sorted(this.#desired)),
      60_000,
    ).catch((error: unknown) => assert.fail(`${error}${output()}`));
    assert.deepEqual(await this.api.get(`${configMaps}/${foreign}`), this.#foreign, output());
    await until('the inventory to have exactly these entries', async () => {
      const names = (await inventoryOf(this.api)).flatMap(
        (key) => key.split(`/ConfigMap/default/${prefix}`)[1] ?? [],
      );
      return (
        JSON.stringify(names.toSorted()) === JSON.stringify(Object.keys(this.#desired).toSorted())
      );
    }).catch((error: unknown) => assert.fail(`${error}${output()}`));
  }

  async #live(): Promise<Values> {
    const objects = await this.api.list(configMaps);
    return sorted(
      Object.fromEntries(
        objects
          .filter(({ metadata }) => metadata.name.startsWith(prefix))
          .map(({ metadata, data }) => {
            const { value = '' } = (data ?? {}) as { readonly value?: string };
            return [metadata.name.slice(prefix.length), value];
          }),
      ),
    );
  }

  async #makeForeign(): Promise<void> {
    const path = `${configMaps}/${foreign}`;
    await this.api.apply(path, 'another-manager', configMap(foreign, 'theirs'));
    this.#foreign = await this.api.get(path);
  }
}

/** Allows all deletions, because some tests delete more within 24 hours than the cluster ever holds. */
const settings = {
  apiVersion: 'regatta.dev/v1alpha1',
  kind: 'Fleet',
  metadata: { name: 'fleet' },
  spec: { deletionBudget: { cluster: 100_000 } },
};

function fileOf(name: string): string {
  return `rendered/member1/default/configmap_${name}.json`;
}

function sorted(values: Values): Values {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Returns `count` ConfigMaps with the same value. */
export function many(count: number, value: string): Values {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, value]));
}
