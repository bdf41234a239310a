import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { FleetPort } from '#syncer/ports/cluster.ts';
import { endpointOf } from '../kubeconfig/context.ts';
import type { Endpoint } from '../kubeconfig/endpoint.ts';
import { type Kubeconfig, readKubeconfigs } from '../kubeconfig/file.ts';
import type { Access } from './access.ts';
import { KubernetesCluster } from './cluster.ts';
import { KubernetesHttp } from './http.ts';

/**
 * Returns one cluster per context of a kubeconfig. As in kubectl, the kubeconfig is the given file, or
 * else the files of $KUBECONFIG, or else ~/.kube/config. A faulty entry concerns only the clusters that
 * use it.
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
  let config = readKubeconfigs(files);
  const readAll = () => {
    const now = stampOf(files);
    if (now !== stamp) config = readKubeconfigs(files);
    stamp = now;
    return config;
  };
  return {
    names: [...config.contexts.keys()],
    connect: (name) => new KubernetesHttp(contextAccess(readAll, name), name),
  };
}

function contextAccess(readAll: () => Kubeconfig, name: string): Access {
  let known: { readonly all: Kubeconfig; readonly own: Endpoint } | undefined;
  return {
    read() {
      const all = readAll();
      if (known?.all !== all) known = { all, own: endpointOf(all, name) };
      return known.own;
    },
    // An endpoint caches the tokens from plugins and files, so a new one reads them again.
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

/** Returns the kubeconfig files. A single file must exist; of the list in $KUBECONFIG, only existing files count. */
function filesOf(file: string | undefined, environment: string | undefined): readonly string[] {
  if (file !== undefined) return [file];
  const listed = environment?.split(delimiter).filter((path) => path !== '') ?? [];
  if (listed.length === 0) return [join(homedir(), '.kube', 'config')];
  const present = listed.filter((path) => existsSync(path));
  return present.length > 0 ? present : listed;
}
