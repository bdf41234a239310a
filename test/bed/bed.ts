import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FleetOptions, TestFleet } from '#test/test-fleet.ts';
import { until } from '#test/until.ts';
import { findAssets } from './assets.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { Member } from './member.ts';
import { type BedPlace, makePlace } from './place.ts';
import { freePorts } from './ports.ts';
import { ServerProcess } from './server-process.ts';

interface BedOptions extends FleetOptions {
  /** Variables of the servers beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folder of the data with which the servers start. */
  readonly seed?: string | undefined;
}

/**
 * Starts one real kube-apiserver for each member on 127.0.0.1; all share a temporary etcd. With
 * `controllers` each also gets a controller-manager, a scheduler and kwok's fake nodes, so that
 * workloads become ready, dependents are collected and namespaces end. All servers end with this
 * process.
 *
 * @throws Error when programs are missing (it names `npm run cluster:install`) or don't start;
 *   the servers that had started are stopped first
 */
export async function startBed(options: BedOptions): Promise<Bed> {
  const { members: names, controllers = false, nodes = 2, env = {}, seed } = options;
  const assets = findAssets({ controllers });
  const [client = 0, peer = 0, ...ports] = await freePorts(names.length + 2);
  const place = makePlace({ assets, etcd: `http://127.0.0.1:${client}`, env }, seed);
  const etcd = etcdProcess(place, peer);
  const members = names.map((name, index) => new Member(place, name, index, ports[index] ?? 0));
  const bed = new Bed(place, etcd, members);
  try {
    await bed.boot(controllers ? nodes : undefined);
    return bed;
  } catch (error) {
    await bed.close();
    throw error;
  }
}

/** Bed has the servers of a fleet, and their temporary folder. */
class Bed implements TestFleet {
  readonly kubeconfig: string;
  readonly members: readonly string[];
  readonly kubectl: string;
  readonly #place: BedPlace;
  readonly #etcd: ServerProcess;
  readonly #servers: readonly Member[];
  readonly #onSignal = (signal: NodeJS.Signals): void => this.#die(signal);
  readonly #onExit = (): void => this.#killAll();

  constructor(place: BedPlace, etcd: ServerProcess, members: readonly Member[]) {
    this.#place = place;
    this.#etcd = etcd;
    this.#servers = members;
    this.members = members.map(({ name }) => name);
    this.kubeconfig = join(place.folder, 'kubeconfig');
    this.kubectl = join(place.assets, 'kubectl');
  }

  /** @param nodes - number of fake nodes of each member; undefined starts no controllers */
  async boot(nodes: number | undefined): Promise<void> {
    process.once('exit', this.#onExit);
    process.once('SIGINT', this.#onSignal).once('SIGTERM', this.#onSignal);
    this.#etcd.start();
    await until('etcd to be ready', () => this.#isEtcdReady());
    await Promise.all(this.#servers.map((member) => member.startApiserver()));
    writeKubeconfig(
      this.kubeconfig,
      this.#servers.map(({ context }) => context),
    );
    if (nodes === undefined) return;
    await Promise.all(this.#servers.map((member) => member.startControllers(nodes)));
  }

  async stop(member: string): Promise<void> {
    await this.#named(member).apiserver.stop();
  }

  async start(member: string): Promise<void> {
    await this.#named(member).startApiserver();
  }

  async pause(member: string): Promise<void> {
    this.#named(member).apiserver.pause();
  }

  async resume(member: string): Promise<void> {
    this.#named(member).apiserver.resume();
  }

  async restart(between: (data: string) => Promise<void>): Promise<void> {
    for (const { apiserver } of this.#servers) await apiserver.stop();
    await this.#etcd.stop();
    await between(join(this.#place.folder, 'etcd'));
    this.#etcd.start();
    await until('etcd to be ready again', () => this.#isEtcdReady());
    await Promise.all(this.#servers.map((member) => member.startApiserver()));
  }

  /** Kills the servers, and calls `use` with their folder before it is removed. */
  async close(use?: (folder: string) => void): Promise<void> {
    // Stop clients first: a client without its server only fills its log.
    for (const { controllers, apiserver } of this.#servers) {
      await Promise.all([...controllers, apiserver].map((server) => server.stop()));
    }
    await this.#etcd.stop();
    use?.(this.#place.folder);
    await rm(this.#place.folder, { recursive: true, force: true });
    process.off('exit', this.#onExit).off('SIGINT', this.#onSignal).off('SIGTERM', this.#onSignal);
  }

  #named(name: string): Member {
    const member = this.#servers.find((one) => one.name === name);
    if (member === undefined) throw new Error(`this bed has no member ${name}`);
    return member;
  }

  async #isEtcdReady(): Promise<boolean> {
    this.#etcd.expectRunning();
    const response = await fetch(`${this.#place.etcd}/health`, {
      signal: AbortSignal.timeout(1000),
    });
    return response.ok;
  }

  #die(signal: NodeJS.Signals): void {
    this.#killAll();
    process.kill(process.pid, signal);
  }

  #killAll(): void {
    for (const { controllers, apiserver } of this.#servers) {
      for (const server of [...controllers, apiserver]) server.kill();
    }
    this.#etcd.kill();
    rmSync(this.#place.folder, { recursive: true, force: true });
  }
}

function etcdProcess(place: BedPlace, peerPort: number): ServerProcess {
  const peer = `http://127.0.0.1:${peerPort}`;
  return new ServerProcess({
    program: join(place.assets, 'etcd'),
    log: join(place.folder, 'logs', 'etcd.log'),
    env: place.env,
    args: [
      `--data-dir=${join(place.folder, 'etcd')}`,
      '--unsafe-no-fsync',
      '--log-level=warn',
      `--listen-client-urls=${place.etcd}`,
      `--advertise-client-urls=${place.etcd}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      '--heartbeat-interval=50',
      '--election-timeout=500',
    ],
  });
}
