import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { errorMessage } from '#model/error.ts';
import { parseYaml } from '#model/yaml.ts';
import type { FleetPort } from '#syncer/ports/cluster.ts';
import type { Access } from './access.ts';
import { KubernetesCluster } from './cluster.ts';
import { KubernetesHttp } from './http.ts';

/**
 * Returns one cluster per context of a kubeconfig. As in kubectl, the kubeconfig is the given file, or
 * else the files of $KUBECONFIG, or else ~/.kube/config.
 *
 * @throws Error when a file cannot be read or is not a kubeconfig
 */
export function loadFleet(file: string | undefined, environment: string | undefined): FleetPort {
  const { names, connect } = loadContexts(file, environment);
  return { clusters: names, connect: (name) => new KubernetesCluster(connect(name)) };
}

interface Contexts {
  readonly names: readonly string[];
  connect(name: string): KubernetesHttp;
}

/**
 * Returns the contexts of a kubeconfig, and reads its files again when they change. Files and errors
 * are those of `loadFleet`.
 */
export function loadContexts(file: string | undefined, environment: string | undefined): Contexts {
  const files = filesOf(file, environment);
  let stamp = stampOf(files);
  let config = loadKubeconfig(files);
  const readAll = () => {
    const now = stampOf(files);
    if (now !== stamp) config = loadKubeconfig(files);
    stamp = now;
    return config;
  };
  return {
    names: config.getContexts().map(({ name }) => name),
    connect: (name) => new KubernetesHttp(contextAccess(readAll, name)),
  };
}

function contextAccess(readAll: () => KubeConfig, name: string): Access {
  let known: { readonly all: KubeConfig; readonly own: KubeConfig } | undefined;
  return {
    read() {
      const all = readAll();
      if (known?.all !== all) known = { all, own: atContext(all, name) };
      return known.own;
    },
    // A KubeConfig caches the tokens from plugins and files, so a new one reads them again.
    forget() {
      known = undefined;
    },
  };
}

/** Returns a text that changes when another program writes or replaces one of the files. */
function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const { ino, size, mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? {};
      return `${ino} ${size} ${mtimeMs}`;
    })
    .join();
}

function loadKubeconfig(files: readonly string[]): KubeConfig {
  const configs = files.map(readKubeconfig);
  const [merged = new KubeConfig(), ...others] = configs;
  for (const other of others) addTo(merged, other);
  return merged;
}

/** Returns the kubeconfig files. A single file must exist; of the list in $KUBECONFIG, only existing files count. */
function filesOf(file: string | undefined, environment: string | undefined): readonly string[] {
  if (file !== undefined) return [file];
  const listed = environment?.split(delimiter).filter((path) => path !== '') ?? [];
  if (listed.length === 0) return [join(homedir(), '.kube', 'config')];
  const present = listed.filter((path) => existsSync(path));
  return present.length > 0 ? present : listed;
}

/** Merges a file into a configuration. If several files define the same name, the first one wins. */
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
    const text = readFileSync(file, 'utf8');
    config.loadFromString(text);
    const folder = dirname(resolve(file));
    config.makePathsAbsolute(folder);
    config.users = withTokenFiles(config.users, text, folder);
  } catch (error) {
    throw new Error(`kubeconfig ${file}: ${errorMessage(error)}`);
  }
  return config;
}

/** Adds support for `tokenFile`, which the client lacks. As in kubectl, it takes precedence over `token`. */
function withTokenFiles(users: KubeConfig['users'], text: string, folder: string) {
  const [{ users: entries = [] }] = parseYaml(text) as readonly [
    {
      readonly users?: readonly { readonly name: string; readonly user?: { tokenFile?: string } }[];
    },
  ];
  const files = new Map(entries.map(({ name, user }) => [name, user?.tokenFile]));
  return users.map((user) => {
    const file = files.get(user.name);
    if (!file) return user;
    const { token: _, ...rest } = user;
    const authProvider = { name: 'tokenFile', config: { tokenFile: resolve(folder, file) } };
    return { ...rest, authProvider };
  });
}

/**
 * Returns the kubeconfig with another current context.
 *
 * @throws Error when the kubeconfig has no context of that name
 */
function atContext(config: KubeConfig, name: string): KubeConfig {
  if (config.getContextObject(name) === null) {
    throw new Error(`the kubeconfig no longer has a context ${name}`);
  }
  const own = new KubeConfig();
  own.loadFromOptions({
    contexts: config.getContexts(),
    users: config.getUsers(),
    clusters: config.getClusters().map(allowLoopbackHttp),
    currentContext: name,
  });
  return own;
}

/** Lets the client use plain HTTP on loopback, which it only accepts when TLS verification is off. */
function allowLoopbackHttp(
  cluster: ReturnType<KubeConfig['getClusters']>[number],
): ReturnType<KubeConfig['getClusters']>[number] {
  if (!URL.canParse(cluster.server)) return cluster;
  const { protocol, hostname } = new URL(cluster.server);
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return protocol === 'http:' && loopback ? { ...cluster, skipTLSVerify: true } : cluster;
}
