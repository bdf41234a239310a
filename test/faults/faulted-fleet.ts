import assert from 'node:assert/strict';
import type { KubeObject } from '#model/object.ts';
import { ApiProxy } from '#test/api/proxy.ts';
import { Api } from '#test/cluster/api.ts';
import { FleetRepo } from '#test/cluster/fleet-repo.ts';
import { configMap } from '#test/cluster/objects.ts';
import { configMaps, configMapsOf, inventoryOf } from '#test/cluster/scenario.ts';
import { type SyncerHow, SyncerProcess } from '#test/cluster/syncer-process.ts';
import { startFleet, type TestFleet } from '#test/fleet.ts';
import { until } from '#test/until.ts';

/** ConfigMaps in `default` by their names, as Git wants them: what each holds. */
export type Wanted = Readonly<Record<string, string>>;

const prefix = 'wanted-';
const foreign = 'somebody-elses';

/** One member behind a proxy, a fleet repository, and a way to tell that nothing came to harm. */
export class FaultedFleet {
  readonly fleet: TestFleet;
  readonly repo: FleetRepo;
  readonly proxy: ApiProxy;
  readonly api: Api;
  #wanted: Wanted = {};
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

  /** Has Git want exactly these ConfigMaps, and whatever else is given by its path. */
  async want(
    wanted: Wanted,
    more: Readonly<Record<string, object | undefined>> = {},
  ): Promise<void> {
    const gone = Object.keys(this.#wanted).filter((name) => !(name in wanted));
    const files = [
      ...gone.map((name) => [fileOf(name), undefined]),
      ...Object.entries(wanted).map(([name, value]) => [
        fileOf(name),
        configMap(prefix + name, value),
      ]),
      ...Object.entries(more).map(([path, object]) => [`rendered/member1/${path}`, object]),
    ];
    this.#wanted = wanted;
    await this.repo.push({ ...Object.fromEntries(files), 'regatta.yaml': settings });
  }

  /** A syncer that goes through the proxy. */
  start(...flags: readonly string[]): SyncerProcess {
    return this.startFrom(this.repo.url, ...flags);
  }

  /** One that has the repository from elsewhere. */
  startFrom(url: string, ...flags: readonly string[]): SyncerProcess {
    const { kubeconfig } = this.proxy;
    const common = ['--kubeconfig', kubeconfig, '--state-dir', this.stateDirectory];
    const syncer = new SyncerProcess(url, [...common, ...flags]);
    this.#started.push(syncer);
    return syncer;
  }

  /** One of several, with a way and a clone of its own. */
  startAt(name: string, kubeconfig: string, ...flags: readonly string[]): SyncerProcess {
    const own = ['--kubeconfig', kubeconfig, '--state-dir', `${this.repo.directory}/${name}`];
    const syncer = new SyncerProcess(this.repo.url, [...own, ...flags]);
    this.#started.push(syncer);
    return syncer;
  }

  /** One that runs a script before all else. */
  startAfter(script: string): SyncerProcess {
    return this.#startAs({ env: { NODE_OPTIONS: `--import=${script}` } });
  }

  /** One whose state is on a file system of its own, of 4 MiB. */
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

  /** One that polls, and has brought the cluster to where it should be. */
  async startSynced(...flags: readonly string[]): Promise<SyncerProcess> {
    const syncer = this.start('--poll', '200ms', ...flags);
    await syncer.event(({ type }) => type === 'synced', 60_000);
    return syncer;
  }

  async once(): Promise<void> {
    const syncer = this.start('--once', '--timeout', '60s');
    assert.equal(await syncer.ended, 0, syncer.describe());
  }

  /** The cluster equals the directory, nothing foreign was touched, nothing is lost. */
  async expectSound(syncer?: SyncerProcess): Promise<void> {
    const told = () => `\n${syncer?.describe() ?? ''}`;
    await until(
      'the cluster to equal its directory',
      async () => JSON.stringify(await this.#live()) === JSON.stringify(sorted(this.#wanted)),
      60_000,
    ).catch((error: unknown) => assert.fail(`${error}${told()}`));
    assert.deepEqual(await this.api.get(`${configMaps}/${foreign}`), this.#foreign, told());
    await until('the inventory to have just these', async () => {
      const names = (await inventoryOf(this.api)).flatMap(
        (key) => key.split(`/ConfigMap/default/${prefix}`)[1] ?? [],
      );
      return (
        JSON.stringify(names.toSorted()) === JSON.stringify(Object.keys(this.#wanted).toSorted())
      );
    }).catch((error: unknown) => assert.fail(`${error}${told()}`));
  }

  async #live(): Promise<Wanted> {
    const names = await configMapsOf(this.api, prefix);
    const objects = await Promise.all(names.map((name) => this.api.get(`${configMaps}/${name}`)));
    return sorted(
      Object.fromEntries(
        objects.flatMap((object) => {
          const { value } = (object?.data ?? {}) as { readonly value?: string };
          return object === undefined
            ? []
            : [[object.metadata.name.slice(prefix.length), value ?? '']];
        }),
      ),
    );
  }

  async #makeForeign(): Promise<void> {
    const path = `${configMaps}/${foreign}`;
    await this.api.apply(path, 'somebody', configMap(foreign, 'theirs'));
    this.#foreign = await this.api.get(path);
  }
}

/** Some of these tests take half of all objects away at once. */
const settings = {
  apiVersion: 'regatta.dev/v1alpha1',
  kind: 'Fleet',
  metadata: { name: 'fleet' },
  spec: { sync: { deletions: { percent: 100 } } },
};

function fileOf(name: string): string {
  return `rendered/member1/default/configmap_${name}.json`;
}

function sorted(wanted: Wanted): Wanted {
  return Object.fromEntries(Object.entries(wanted).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** So many ConfigMaps that hold the same. */
export function many(count: number, value: string): Wanted {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, value]));
}
