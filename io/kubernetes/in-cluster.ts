import { existsSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { FleetPort } from '#syncer/ports/cluster.ts';
import { noPem } from '../kubeconfig/dispatcher.ts';
import { Endpoint } from '../kubeconfig/endpoint.ts';
import { fileLogin } from '../kubeconfig/options.ts';
import type { Access } from './access.ts';
import { KubernetesCluster } from './cluster.ts';
import { KubernetesHttp } from './http.ts';
import { loadContexts } from './kubeconfig.ts';
import { NamespacedCluster } from './namespaced-cluster.ts';

/** Access of an agent to the cluster that it runs in. */
export interface OwnCluster {
  /** The cluster's name in the fleet repository. */
  readonly name: string;
  /** A kubeconfig file, with a context of the cluster's name. */
  readonly kubeconfig: string | undefined;
  /** Directory that contains `token` and `ca.crt`. */
  readonly serviceAccount: string;
  /** The namespaces that the agent manages; all namespaces unless given. */
  readonly namespaces?: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Returns a fleet of one cluster, with the credentials of a kubeconfig if one is given, or else of the
 * pod's ServiceAccount. Kubernetes replaces the token and the CA while the agent runs: the token is
 * read again every minute and when the server rejects it, the CA when a connection fails.
 *
 * @throws Error when both are missing, or the kubeconfig has no context of that name
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
    return () => new KubernetesHttp(lazily(load), name);
  }
  const contexts = loadContexts(kubeconfig, env.KUBECONFIG);
  if (!contexts.names.includes(name)) throw new Error(`the kubeconfig has no context ${name}`);
  return () => contexts.connect(name);
}

/** Loads on first use, and again after `forget`. The files of a ServiceAccount keep their names, and only their content changes. */
function lazily(load: () => Endpoint): Access {
  let endpoint: Endpoint | undefined;
  return {
    read: () => {
      endpoint ??= load();
      return endpoint;
    },
    forget: () => {
      endpoint = undefined;
    },
  };
}

function inCluster(directory: string, env: OwnCluster['env']): Endpoint {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
  const tokenFile = join(directory, 'token');
  if (!host || !existsSync(tokenFile)) {
    const missing = host ? `${tokenFile} does not exist` : 'KUBERNETES_SERVICE_HOST is not set';
    throw new Error(`no kubeconfig given, and not in a pod with a ServiceAccount: ${missing}`);
  }
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return new Endpoint({
    server,
    holder: 'the ServiceAccount',
    route: {
      authority: { file: join(directory, 'ca.crt'), text: '' },
      certificate: noPem,
      key: noPem,
      isInsecure: false,
      serverName: '',
      proxy: '',
      hasRepeatedHeaders: false,
    },
    login: fileLogin(tokenFile),
  });
}
