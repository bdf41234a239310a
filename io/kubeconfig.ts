import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { FleetPort } from '#syncer/ports.ts';
import { KubernetesCluster } from './kubernetes.ts';
import { KubernetesHttp } from './kubernetes-http.ts';

/**
 * The clusters of a kubeconfig, one a context. Which files: as kubectl, the one given, else those
 * of $KUBECONFIG, else ~/.kube/config.
 *
 * @throws Error when a file can't be read, or none says anything
 */
export function loadFleet(file: string | undefined, environment: string | undefined): FleetPort {
  const { names, connect } = loadContexts(file, environment);
  return { clusters: names, connect: (name) => new KubernetesCluster(connect(name)) };
}

interface Contexts {
  readonly names: readonly string[];
  connect(name: string): KubernetesHttp;
}

/** The contexts of a kubeconfig. Which files, and @throws: as `loadFleet` */
export function loadContexts(file: string | undefined, environment: string | undefined): Contexts {
  const config = loadKubeconfig(file, environment);
  return {
    names: config.getContexts().map(({ name }) => name),
    connect: (name) => new KubernetesHttp(atContext(config, name)),
  };
}

/** Reads the files that `loadFleet` says. @throws Error as it does */
function loadKubeconfig(file: string | undefined, environment: string | undefined): KubeConfig {
  const configs = filesOf(file, environment).map(readKubeconfig);
  const [merged = new KubeConfig(), ...others] = configs;
  for (const other of others) addTo(merged, other);
  return merged;
}

/** A file that is named must be there; of a list, those that are. */
function filesOf(file: string | undefined, environment: string | undefined): readonly string[] {
  if (file !== undefined) return [file];
  const listed = environment?.split(delimiter).filter((path) => path !== '') ?? [];
  if (listed.length === 0) return [join(homedir(), '.kube', 'config')];
  const present = listed.filter((path) => existsSync(path));
  return present.length > 0 ? present : listed;
}

/** What an earlier file says of a name stands. */
function addTo(config: KubeConfig, other: KubeConfig): void {
  for (const cluster of other.getClusters()) {
    if (config.getCluster(cluster.name) === null) config.addCluster(cluster);
  }
  for (const user of other.getUsers()) {
    if (config.getUser(user.name) === null) config.addUser(user);
  }
  for (const context of other.getContexts()) {
    if (config.getContextObject(context.name) === null) config.addContext(context);
  }
}

function readKubeconfig(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromString(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`kubeconfig ${file}: ${error instanceof Error ? error.message : error}`);
  }
  config.makePathsAbsolute(dirname(resolve(file)));
  return config;
}

/** The same kubeconfig with another current context. */
function atContext(config: KubeConfig, name: string): KubeConfig {
  const own = new KubeConfig();
  own.loadFromOptions({
    contexts: config.getContexts(),
    users: config.getUsers(),
    clusters: config.getClusters().map(allowLoopbackHttp),
    currentContext: name,
  });
  return own;
}

/** The client takes plain HTTP only when told not to verify TLS; on loopback there is none. */
function allowLoopbackHttp(
  cluster: ReturnType<KubeConfig['getClusters']>[number],
): ReturnType<KubeConfig['getClusters']>[number] {
  if (!URL.canParse(cluster.server)) return cluster;
  const { protocol, hostname } = new URL(cluster.server);
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return protocol === 'http:' && loopback ? { ...cluster, skipTLSVerify: true } : cluster;
}
