import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { KubeObject } from '#model/object.ts';
import { readAccess } from '#test/api/access.ts';
import { writeKubeconfig } from '#test/bed/kubeconfig.ts';
import { freePorts } from '#test/bed/ports.ts';
import { ServerProcess } from '#test/bed/server-process.ts';
import { Api } from '#test/cluster/api.ts';
import { until } from '#test/until.ts';
import type { MeshParts } from '../parts/parts.ts';

/** The clusters of a mesh. */
export interface MeshClusters {
  /** Path of a kubeconfig with a context for each cluster. */
  readonly kubeconfig: string;
  /** The cluster whose Istio configuration istiod reads. */
  readonly controlPlane: string;
  /** The clusters whose Services and pods istiod reads, besides those of the control plane. */
  readonly members: readonly string[];
}

/**
 * An Envoy without the patches of Istio's build lacks the filters that exchange metadata and set ALPN. Pods share no
 * certificates, so that connections between them are plain text.
 */
const environment = {
  POD_NAME: 'istiod',
  POD_NAMESPACE: 'istio-system',
  ENABLE_CA_SERVER: 'false',
  INJECTION_WEBHOOK_CONFIG_NAME: '',
  VALIDATION_WEBHOOK_CONFIG_NAME: '',
  PILOT_ENABLE_METADATA_EXCHANGE: 'false',
  PILOT_ENABLE_ALPN_FILTER: 'false',
  PILOT_ENABLE_GATEWAY_API_DEPLOYMENT_CONTROLLER: 'false',
};

/** Istio's MeshConfig. */
export const meshConfig = { enableAutoMtls: false, trustDomain: 'cluster.local' };

/** Istiod reads the clusters of a mesh, and answers proxies on a port of 127.0.0.1. */
export class Istiod {
  readonly grpc: string;
  readonly #process: ServerProcess;
  readonly #http: string;

  private constructor(process: ServerProcess, grpc: string, http: string) {
    this.#process = process;
    this.grpc = grpc;
    this.#http = http;
  }

  /** Starts istiod, and resolves when it has read all clusters. @param folder - for its files and its log */
  static async start(parts: MeshParts, clusters: MeshClusters, folder: string): Promise<Istiod> {
    await prepare(parts, clusters);
    const access = join(folder, 'istiod.kubeconfig');
    const mesh = join(folder, 'mesh.yaml');
    writeKubeconfig(access, [contextOf(clusters.kubeconfig, clusters.controlPlane)]);
    await writeFile(mesh, JSON.stringify(meshConfig));
    const ports = (await freePorts(6)).map((port) => `127.0.0.1:${port}`);
    const [http = '', https, grpc = '', secure, monitoring, introspection = ''] = ports;
    const args = [
      'discovery',
      `--kubeconfig=${access}`,
      `--meshConfig=${mesh}`,
      `--clusterID=${clusters.controlPlane}`,
      `--httpAddr=${http}`,
      `--httpsAddr=${https}`,
      `--grpcAddr=${grpc}`,
      `--secureGRPCAddr=${secure}`,
      `--monitoringAddr=${monitoring}`,
      `--ctrlz_port=${introspection.split(':')[1]}`,
    ];
    const log = join(folder, 'istiod.log');
    const settings = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    // istiod writes below its working directory, so that it gets one of its own.
    const command = ['--chdir', folder, ...settings, parts.istiod, ...args];
    const istiod = new Istiod(
      new ServerProcess({ program: 'env', args: command, log }),
      grpc,
      http,
    );
    istiod.#process.start();
    try {
      await until('istiod to be ready', () => istiod.#isReady(), 60_000);
    } catch (error) {
      await istiod.stop();
      throw error;
    }
    return istiod;
  }

  expectRunning(): void {
    this.#process.expectRunning();
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }

  kill(): void {
    this.#process.kill();
  }

  async #isReady(): Promise<boolean> {
    this.#process.expectRunning();
    const signal = AbortSignal.timeout(1000);
    return (await fetch(`http://${this.#http}/ready`, { signal })).ok;
  }
}

function contextOf(kubeconfig: string, name: string) {
  const { server, ca = '', token = '' } = readAccess(kubeconfig, name);
  return { name, server, ca, token };
}

/** Creates Istio's kinds, its namespace, and the Secrets with the access to the members. */
async function prepare(parts: MeshParts, clusters: MeshClusters): Promise<void> {
  const api = new Api(clusters.kubeconfig, clusters.controlPlane);
  const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  for (const file of [parts.istioCrds, parts.gatewayCrds]) {
    const objects = loadAll(await readFile(file, 'utf8')) as (KubeObject | null)[];
    await Promise.all(
      objects.map(async (crd) => {
        if (crd?.kind === 'CustomResourceDefinition') {
          await api.apply(`${crds}/${crd.metadata.name}`, 'mesh', crd);
        }
      }),
    );
  }
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system' } };
  await api.apply('/api/v1/namespaces/istio-system', 'mesh', namespace);
  for (const member of clusters.members) {
    if (member === clusters.controlPlane) continue;
    const path = `/api/v1/namespaces/istio-system/secrets/remote-${member}`;
    await api.apply(path, 'mesh', remoteSecret(clusters.kubeconfig, member));
  }
  api.close();
}

function remoteSecret(kubeconfig: string, member: string): object {
  const { server, ca, token } = contextOf(kubeconfig, member);
  const cluster = { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  const access = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': member,
    contexts: [{ name: member, context: { cluster: member, user: member } }],
    clusters: [{ name: member, cluster }],
    users: [{ name: member, user: { token } }],
  };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `remote-${member}`, labels: { 'istio/multiCluster': 'true' } },
    stringData: { [member]: JSON.stringify(access) },
  };
}
