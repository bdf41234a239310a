/**
 * In-process member clusters: each is an HTTP endpoint on loopback that speaks enough of the
 * Kubernetes API for kubectl and for controllers. README.md lists what it supports.
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
  /** The text of a kubeconfig file: one context per cluster, named as the cluster. */
  readonly kubeconfig: string;
  /** Cluster name → `http://127.0.0.1:<port>`. */
  readonly servers: ReadonlyMap<string, string>;
  /** Makes a cluster refuse connections; what it holds stays. */
  stop(cluster: string): Promise<void>;
  /** Undoes `stop`, on the same port. */
  start(cluster: string): Promise<void>;
  /** Makes a cluster take connections and answer nothing, as one that hangs. */
  pause(cluster: string): void;
  /** Undoes `pause`: what was asked meanwhile is answered. */
  resume(cluster: string): void;
  /** Stops everything, for good. */
  close(): Promise<void>;
}

export interface SandboxOptions {
  readonly clusters: readonly string[];
  /** CustomResourceDefinitions that each cluster has from the start. */
  readonly crds?: readonly object[];
  /** Whether there is anything but API servers, so that workloads become ready; true unless told. */
  readonly controllers?: boolean;
}

interface Member {
  readonly endpoint: Endpoint;
  readonly stopControllers: () => void;
}

/**
 * Starts one cluster per name, each empty but for what every cluster has.
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
    if (member === undefined) throw new RangeError(`the sandbox has no cluster ${cluster}`);
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
