/**
 * Member clusters in this process: each is an HTTP endpoint on loopback that serves the part of the
 * Kubernetes API that kubectl and controllers need. README.md lists the supported parts.
 */
import type { ClusterState } from './api/state.ts';
import { bootstrap } from './bootstrap.ts';
import { startControllers, startServerControllers } from './controllers/controllers.ts';
import { clusterFacts } from './facts.ts';
import { Endpoint } from './http/server.ts';
import { kubeconfigOf } from './kubeconfig.ts';
import type { Fields } from './object.ts';
import { Registry } from './resources/registry.ts';
import { Store } from './store/store.ts';

export interface Sandbox {
  /**
   * Text of a kubeconfig file with one context per cluster; the context has the name of the
   * cluster.
   */
  readonly kubeconfig: string;
  /** Cluster name → `http://127.0.0.1:<port>`. */
  readonly servers: ReadonlyMap<string, string>;
  /** Makes a cluster refuse connections; the cluster keeps its objects. */
  stop(cluster: string): Promise<void>;
  /** Starts a stopped cluster on the same port. */
  start(cluster: string): Promise<void>;
  /** Makes a cluster accept requests without responding, like a server that hangs. */
  pause(cluster: string): void;
  /** Resumes a paused cluster, which responds to the waiting requests. */
  resume(cluster: string): void;
  /** Stops all clusters; they cannot be started again. */
  close(): Promise<void>;
}

export interface SandboxOptions {
  readonly clusters: readonly string[];
  /** CustomResourceDefinitions that every cluster contains initially. */
  readonly crds?: readonly object[];
  /** Whether controllers run, so that workloads become ready. Defaults to true. */
  readonly controllers?: boolean;
}

interface Member {
  readonly endpoint: Endpoint;
  readonly stopControllers: () => void;
}

/**
 * Starts one cluster per name. Each contains only the default objects and `crds`.
 *
 * @throws ApiError when a CRD is not valid
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clusters, crds = [], controllers = true } = options;
  const definitions: Fields[] = JSON.parse(JSON.stringify(crds));
  const members = new Map<string, Member>();
  for (const cluster of clusters) members.set(cluster, await startMember(definitions, controllers));
  const servers = new Map(
    [...members].map(([name, { endpoint }]) => [name, endpoint.url] as const),
  );
  const memberOf = (cluster: string): Member => {
    const member = members.get(cluster);
    if (member === undefined) throw new RangeError(`unknown sandbox cluster "${cluster}"`);
    return member;
  };
  return {
    kubeconfig: kubeconfigOf(servers),
    servers,
    stop: (cluster) => memberOf(cluster).endpoint.stop(),
    start: (cluster) => memberOf(cluster).endpoint.start(),
    pause: (cluster) => memberOf(cluster).endpoint.pause(),
    resume: (cluster) => memberOf(cluster).endpoint.resume(),
    close: async () => {
      for (const { stopControllers } of members.values()) stopControllers();
      await Promise.all([...members.values()].map(({ endpoint }) => endpoint.stop()));
    },
  };
}

async function startMember(
  definitions: readonly Fields[],
  withControllers: boolean,
): Promise<Member> {
  const store = new Store();
  const cluster: ClusterState = { store, registry: new Registry(), facts: clusterFacts(store) };
  const controllers = withControllers ? startControllers(cluster) : startServerControllers(cluster);
  bootstrap(cluster, definitions);
  const endpoint = new Endpoint(cluster);
  await endpoint.start();
  return { endpoint, stopControllers: controllers.stop };
}
