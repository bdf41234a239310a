import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '#model/object.ts';
import { freePorts } from '#test/bed/ports.ts';
import { ServerProcess } from '#test/bed/server-process.ts';
import { Api } from '#test/cluster/api.ts';
import { until } from '#test/until.ts';
import { findParts } from '../parts/parts.ts';
import { Block } from './addresses.ts';
import { Envoy, type EnvoyOptions } from './envoy.ts';
import { Istiod, type MeshClusters } from './istiod.ts';
import { type ReadyPod, readyPods } from './pods.ts';
import { type PodProgram, PodServer } from './servers.ts';
import { allReady } from './workloads.ts';

/** A mesh, and what its pods do. */
export interface MeshOptions extends MeshClusters {
  /** Answers requests to pods. */
  readonly program: PodProgram;
  /** Reports whether a pod sends requests to Services, so that it needs an Envoy. Gateways always have one. */
  readonly isCaller: (pod: ReadyPod) => boolean;
  /** Records what istiod answers to each proxy, in the folder `recorded`. */
  readonly record?: boolean;
}

/** Mesh has istiod, the relay, and the servers and Envoys of the ready pods. */
export class Mesh {
  readonly folder: string;
  readonly #options: MeshOptions;
  readonly #istiod: Istiod;
  readonly #relay: ServerProcess;
  readonly #envoyOptions: EnvoyOptions;
  readonly #apis: ReadonlyMap<string, Api>;
  readonly #servers = new Map<string, PodServer>();
  readonly #envoys = new Map<string, Envoy>();
  #services = new Set<string>();
  #markers = 0;
  readonly #onExit = (): void => this.#killAll();

  private constructor(
    options: MeshOptions,
    istiod: Istiod,
    relay: ServerProcess,
    envoyOptions: EnvoyOptions,
  ) {
    this.#options = options;
    this.#istiod = istiod;
    this.#relay = relay;
    this.#envoyOptions = envoyOptions;
    this.folder = envoyOptions.folder;
    const names = new Set([options.controlPlane, ...options.members]);
    this.#apis = new Map([...names].map((name) => [name, new Api(options.kubeconfig, name)]));
    process.once('exit', this.#onExit);
  }

  /** Starts istiod and the relay. The pods' servers and Envoys start with `refresh`. */
  static async start(options: MeshOptions): Promise<Mesh> {
    const parts = findParts();
    const folder = await mkdtemp(join(tmpdir(), 'regatta-mesh-'));
    const block = await Block.take();
    const istiod = await Istiod.start(parts, options, folder);
    const [port = 0] = await freePorts(1);
    const relay = `127.0.0.1:${port}`;
    const record = options.record === true ? [`--record=${join(folder, 'recorded')}`] : [];
    const server = new ServerProcess({
      program: parts.relay,
      args: [`--listen=${relay}`, `--istiod=${istiod.grpc}`, `--block=${block.number}`, ...record],
      log: join(folder, 'relay.log'),
    });
    server.start();
    return new Mesh(options, istiod, server, { parts, relay, folder, block });
  }

  /** Returns the API of a cluster. */
  api(cluster: string): Api {
    const api = this.#apis.get(cluster);
    if (api === undefined) throw new Error(`this mesh has no cluster ${cluster}`);
    return api;
  }

  /** Returns the Envoys whose pods match. */
  envoys(matches: (pod: ReadyPod) => boolean): readonly Envoy[] {
    return [...this.#envoys.values()].filter(({ pod }) => matches(pod));
  }

  /** Returns the Envoy of the only gateway pod. */
  get gateway(): Envoy {
    const [gateway] = this.envoys(isGateway);
    if (gateway === undefined) throw new Error('this mesh has no ready gateway pod');
    return gateway;
  }

  /**
   * Waits until all workloads are ready and every Envoy has applied the current configuration, after it has
   * stopped the servers and Envoys of pods that are gone and started those of new pods.
   */
  async refresh(): Promise<void> {
    const { members } = this.#options;
    for (const member of members) {
      await until(
        `the workloads of ${member} to be ready`,
        () => allReady(this.api(member)),
        60_000,
      );
    }
    const pods = (await Promise.all(members.map((name) => readyPods(this.api(name), name)))).flat();
    await this.#readServices();
    await this.#replace(pods);
    await this.#settle();
  }

  /** Replaces an Envoy by a new one, to which istiod sends its whole configuration. */
  async restart({ pod }: Envoy): Promise<Envoy> {
    await this.#envoys.get(pod.uid)?.stop();
    const role = isGateway(pod) ? 'router' : 'sidecar';
    const envoy = await Envoy.start(pod, role, this.#envoyOptions);
    this.#envoys.set(pod.uid, envoy);
    return envoy;
  }

  /** Returns what istiod last answered to a proxy, by the name of the type; needs the option `record`. */
  async recorded({ id }: Envoy, type: string): Promise<readonly JsonObject[]> {
    const file = join(this.folder, 'recorded', id, `${type}.json`);
    return JSON.parse(await readFile(file, 'utf8')) as readonly JsonObject[];
  }

  /** Returns the lines of the relay's log in which an Envoy rejects a part of its configuration. */
  async rejections(): Promise<readonly string[]> {
    const log = await readFile(join(this.folder, 'relay.log'), 'utf8');
    return log.split('\n').filter((line) => line.includes('REJECTED'));
  }

  async close(): Promise<void> {
    process.off('exit', this.#onExit);
    const servers = [...this.#envoys.values(), this.#relay, this.#istiod];
    await Promise.all(servers.map((server) => server.stop()));
    await Promise.all([...this.#servers.values()].map((server) => server.close()));
    for (const api of this.#apis.values()) api.close();
    this.#envoyOptions.block.release();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #readServices(): Promise<void> {
    const lists = this.#options.members.map(async (member) => {
      const services = await this.api(member).list('/api/v1/services');
      return services.map(
        ({ metadata: { namespace = '', name } }) => `${member}/${namespace}/${name}`,
      );
    });
    this.#services = new Set((await Promise.all(lists)).flat());
  }

  async #replace(pods: readonly ReadyPod[]): Promise<void> {
    const uids = new Set(pods.map(({ uid }) => uid));
    for (const [uid, server] of this.#servers) {
      if (uids.has(uid)) continue;
      await server.close();
      this.#servers.delete(uid);
    }
    for (const [uid, envoy] of this.#envoys) {
      if (uids.has(uid)) continue;
      await envoy.stop();
      this.#envoys.delete(uid);
    }
    await Promise.all(pods.map((pod) => this.#serve(pod)));
  }

  async #serve(pod: ReadyPod): Promise<void> {
    const { program, isCaller } = this.#options;
    const { uid } = pod;
    const { block } = this.#envoyOptions;
    const resolves = ({ cluster, namespace }: ReadyPod, service: string): boolean =>
      this.#services.has(`${cluster}/${namespace}/${service}`);
    if (!isGateway(pod) && !this.#servers.has(uid)) {
      this.#servers.set(uid, await PodServer.open(pod, { program, resolves, block }));
    }
    const role = isGateway(pod) ? 'router' : 'sidecar';
    if ((isGateway(pod) || isCaller(pod)) && !this.#envoys.has(uid)) {
      this.#envoys.set(uid, await Envoy.start(pod, role, this.#envoyOptions));
    }
  }

  /**
   * Creates a ServiceEntry and waits until every Envoy has a cluster for it: whatever istiod read before it has then
   * reached the Envoys too.
   */
  async #settle(): Promise<void> {
    this.#istiod.expectRunning();
    this.#relay.expectRunning();
    this.#markers += 1;
    const name = `marker-${this.#markers}`;
    const host = `${name}.example.com`;
    const cluster = `outbound|7007||${host}`;
    const collection = '/apis/networking.istio.io/v1/namespaces/istio-system/serviceentries';
    const control = this.api(this.#options.controlPlane);
    await control.createOnceServed(collection, 'mesh', markerEntry(name, host));
    await sleep(500);
    await this.#eachEnvoy('to apply the configuration', (envoy) => envoy.hasCluster(cluster));
    // Envoy applies listeners and routes after the clusters of the same push.
    await sleep(500);
    await control.delete(`${collection}/${name}`);
    await this.#eachEnvoy(
      'to forget the marker',
      async (envoy) => !(await envoy.hasCluster(cluster)),
    );
  }

  async #eachEnvoy(what: string, holds: (envoy: Envoy) => Promise<boolean>): Promise<void> {
    const envoys = [...this.#envoys.values()];
    await Promise.all(
      envoys.map((envoy) => until(`${envoy.id} ${what}`, () => holds(envoy), 60_000)),
    );
  }

  #killAll(): void {
    for (const server of [...this.#envoys.values(), this.#relay, this.#istiod]) server.kill();
  }
}

export function isGateway({ labels }: ReadyPod): boolean {
  return labels.istio === 'ingressgateway';
}

function markerEntry(name: string, host: string): object {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name },
    spec: {
      hosts: [host],
      ports: [{ number: 7007, name: 'tcp', protocol: 'TCP' }],
      resolution: 'STATIC',
      addresses: ['240.240.0.1'],
      endpoints: [{ address: '240.240.0.2' }],
    },
  };
}
