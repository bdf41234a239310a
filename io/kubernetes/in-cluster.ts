import { existsSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { FleetPort } from '#syncer/ports/cluster.ts';
import { KubernetesCluster } from './cluster.ts';
import { type Access, KubernetesHttp } from './http.ts';
import { loadContexts } from './kubeconfig.ts';
import { NamespacedCluster } from './namespaced-cluster.ts';

/** How an agent gets at the cluster that it runs in. */
export interface OwnCluster {
  /** The cluster's name in the fleet repository. */
  readonly name: string;
  /** A kubeconfig file; in it the context of that name counts. */
  readonly kubeconfig: string | undefined;
  /** Has `token` and `ca.crt`. */
  readonly serviceAccount: string;
  /** The only namespaces that it may look at; all of them unless given. */
  readonly namespaces?: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * A fleet of one cluster: by a kubeconfig where one is named, else with the credentials of the
 * pod's ServiceAccount. The token is read again each minute and when it is refused, the CA
 * for each new connection after trouble: Kubernetes replaces both while we run.
 *
 * @throws Error when there are neither, or the kubeconfig has no context of that name
 */
export function loadOwnCluster(own: OwnCluster): FleetPort {
  const http = connectionOf(own);
  const { name, namespaces } = own;
  const connect = () =>
    namespaces === undefined
      ? new KubernetesCluster(http())
      : new NamespacedCluster(http(), namespaces);
  return { clusters: [name], connect };
}

function connectionOf({ name, kubeconfig, serviceAccount, env }: OwnCluster): () => KubernetesHttp {
  if (kubeconfig === undefined && !env.KUBECONFIG) {
    const load = () => inCluster(serviceAccount, env);
    load();
    return () => new KubernetesHttp(lazily(load));
  }
  const contexts = loadContexts(kubeconfig, env.KUBECONFIG);
  if (!contexts.names.includes(name)) throw new Error(`the kubeconfig has no context ${name}`);
  return () => contexts.connect(name);
}

/** The files of a ServiceAccount have fixed names: what is read anew is their content. */
function lazily(load: () => KubeConfig): Access {
  let config: KubeConfig | undefined;
  return {
    read: () => {
      config ??= load();
      return config;
    },
    forget: () => {
      config = undefined;
    },
  };
}

function inCluster(directory: string, env: OwnCluster['env']): KubeConfig {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
  const tokenFile = join(directory, 'token');
  if (!host || !existsSync(tokenFile)) {
    const missing = host ? `there is no ${tokenFile}` : 'KUBERNETES_SERVICE_HOST is not set';
    throw new Error(`no kubeconfig is named, and this is no pod with a ServiceAccount: ${missing}`);
  }
  const config = new KubeConfig();
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const authProvider = { name: 'tokenFile', config: { tokenFile } };
  config.loadFromClusterAndUser(
    { name: 'own', server, caFile: join(directory, 'ca.crt'), skipTLSVerify: false },
    { name: 'own', authProvider },
  );
  return config;
}
