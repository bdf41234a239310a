import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServerProcess } from '#test/bed/server-process.ts';
import { until } from '#test/until.ts';
import type { MeshParts } from '../parts/parts.ts';
import type { Block } from './addresses.ts';
import type { ReadyPod } from './pods.ts';

const adminPort = 15_000;

/** The role of an Envoy: a gateway, or the sidecar of a caller. */
export type ProxyRole = 'router' | 'sidecar';

/** How an Envoy reaches the relay. */
export interface EnvoyOptions {
  readonly parts: MeshParts;
  /** Address and port of the relay. */
  readonly relay: string;
  /** Folder for its files and its log. */
  readonly folder: string;
  readonly block: Block;
}

/** Envoy is the proxy of one pod. It listens on loopback addresses alone. */
export class Envoy {
  readonly pod: ReadyPod;
  readonly id: string;
  /** The address of its listeners. */
  readonly address: string;
  readonly #process: ServerProcess;

  private constructor(pod: ReadyPod, role: ProxyRole, { parts, folder, block }: EnvoyOptions) {
    this.pod = pod;
    this.id = proxyId(pod, role);
    this.address = block.proxyAddress(pod.ip);
    const file = join(folder, `envoy-${pod.uid}`);
    const options = ['--concurrency', '1', '--disable-hot-restart', '--log-level', 'warning'];
    // This Envoy is not ours and does not watch its standard input: the kernel ends it with its parent.
    const command = ['--pdeathsig', 'KILL', parts.envoy, '-c', `${file}.json`, ...options];
    this.#process = new ServerProcess({
      program: 'setpriv',
      args: command,
      log: `${file}.log`,
    });
  }

  /** Starts the Envoy of a pod, and resolves when it has listeners. */
  static async start(pod: ReadyPod, role: ProxyRole, options: EnvoyOptions): Promise<Envoy> {
    const envoy = new Envoy(pod, role, options);
    const file = join(options.folder, `envoy-${pod.uid}.json`);
    await writeFile(file, JSON.stringify(bootstrap(envoy, options.relay)));
    envoy.#process.start();
    try {
      await until(`the Envoy of ${pod.name} to be ready`, () => envoy.#isReady(), 60_000);
    } catch (error) {
      await envoy.stop();
      throw error;
    }
    return envoy;
  }

  /** Asks the administration interface. @param path - path and query */
  async admin(path: string): Promise<unknown> {
    this.#process.expectRunning();
    const url = `http://${this.address}:${adminPort}${path}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    return response.json();
  }

  /** Reports whether the Envoy has applied the cluster of this name. */
  async hasCluster(name: string): Promise<boolean> {
    const { cluster_statuses: found = [] } = (await this.admin('/clusters?format=json')) as {
      readonly cluster_statuses?: readonly { readonly name: string }[];
    };
    return found.some((one) => one.name === name);
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }

  kill(): void {
    this.#process.kill();
  }

  async #isReady(): Promise<boolean> {
    const { state } = (await this.admin('/server_info')) as { readonly state: string };
    return state === 'LIVE';
  }
}

/** Returns the id of a proxy, as Istio's agent composes it. */
function proxyId({ ip, name, namespace }: ReadyPod, role: ProxyRole): string {
  return `${role}~${ip}~${name}.${namespace}~${namespace}.svc.cluster.local`;
}

function bootstrap({ pod, id, address }: Envoy, relay: string): object {
  const [host = '', port = ''] = relay.split(':');
  const ads = { ads: {}, resource_api_version: 'V3', initial_fetch_timeout: '0s' };
  return {
    node: {
      id,
      cluster: `${pod.labels.app ?? pod.name}.${pod.namespace}`,
      locality: { region: pod.region, zone: pod.zone },
      metadata: metadataOf(pod),
    },
    admin: { address: socket(address, adminPort) },
    dynamic_resources: {
      ads_config: {
        api_type: 'GRPC',
        transport_api_version: 'V3',
        grpc_services: [{ envoy_grpc: { cluster_name: 'relay' } }],
      },
      cds_config: ads,
      lds_config: ads,
    },
    static_resources: { clusters: [relayCluster(host, Number(port))] },
  };
}

function metadataOf(pod: ReadyPod): object {
  return {
    NAME: pod.name,
    NAMESPACE: pod.namespace,
    LABELS: pod.labels,
    INSTANCE_IPS: pod.ip,
    SERVICE_ACCOUNT: pod.serviceAccount,
    CLUSTER_ID: pod.cluster,
    // There are no iptables: a caller connects to its own Envoy.
    INTERCEPTION_MODE: 'NONE',
    ISTIO_VERSION: '1.31.0',
  };
}

function relayCluster(host: string, port: number): object {
  return {
    name: 'relay',
    type: 'STATIC',
    connect_timeout: '5s',
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
    load_assignment: {
      cluster_name: 'relay',
      endpoints: [{ lb_endpoints: [{ endpoint: { address: socket(host, port) } }] }],
    },
  };
}

function socket(address: string, port: number): object {
  return { socket_address: { address, port_value: port } };
}
