/**
 * Runs member clusters in this process. Each is an HTTP server at 127.0.0.1 that serves the part of the
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

/** Running clusters. Methods with a cluster name throw a RangeError when no cluster has this name. */
export interface Sandbox {
  /**
   * Text of a kubeconfig file with one context per cluster. Each context has the name of its cluster.
   */
  readonly kubeconfig: string;
  /** The address of each API server, `http://127.0.0.1:<port>`, by cluster name. */
  readonly servers: ReadonlyMap<string, string>;
  /** Makes a cluster refuse connections; the cluster keeps its objects. */
  stop(cluster: string): Promise<void>;
  /** Starts a stopped cluster on the same port. */
  start(cluster: string): Promise<void>;
  /** Makes a cluster accept requests without answering them, like a server that hangs. */
  pause(cluster: string): void;
  /** Resumes a paused cluster, which then answers the waiting requests. */
  resume(cluster: string): void;
  /** Stops all clusters and their controllers for good. */
  close(): Promise<void>;
}

/** The clusters that `startSandbox` starts. */
export interface SandboxOptions {
  /** Names of the clusters. */
  readonly clusters: readonly string[];
  /** CustomResourceDefinitions that every cluster contains from the start. */
  readonly crds?: readonly object[];
  /** Whether controllers run and make workloads ready. Defaults to true. */
  readonly controllers?: boolean;
}

interface Member {
  readonly endpoint: Endpoint;
  readonly stopControllers: () => void;
}

/**
 * Starts a cluster for each name. It contains the Namespaces and the Node of a new cluster, and `crds`.
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
