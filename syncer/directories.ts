import {
  type ClusterDirectory,
  type DesiredOrRefusal,
  type DesiredPorts,
  type DirectoryRead,
  readDesired,
} from './desired/desired.ts';

interface Reading extends DirectoryRead {
  readonly tree: string;
  readonly rules: string;
}

/** Caches the clusters' directories. Does not read a directory again that has not changed. */
export class Directories {
  readonly #ports: DesiredPorts;
  /** Content of each directory with its Git tree id and its rules for encrypted objects, by cluster. */
  readonly #readings = new Map<string, Reading>();

  constructor(ports: DesiredPorts) {
    this.#ports = ports;
  }

  /** Returns the desired state of a cluster at a commit. */
  async read(directory: ClusterDirectory, stop: AbortSignal): Promise<DesiredOrRefusal> {
    const { tree, cluster, settings, fleet } = directory;
    const id = tree.clusters.get(cluster) ?? '';
    const rules = JSON.stringify([settings.sealedKinds, settings.sealedFor]);
    const before = this.#readings.get(cluster);
    // With other rules, the syncer opens other objects of the same files.
    const known = before?.rules === rules ? before : undefined;
    const files = known?.files ?? new Map();
    const same = known?.tree === id && !known.isUnread;
    const reading = same ? known : await readDesired(this.#ports, directory, files, stop);
    this.#readings.set(cluster, { ...reading, tree: id, rules });
    if (reading.content.type === 'refused') return reading.content;
    const { desired } = reading.content;
    return { type: 'desired', desired: { ...desired, commit: tree.commit, settings, fleet } };
  }

  /** Reports whether Git failed to return a file of the cluster's directory. */
  isUnread(cluster: string): boolean {
    return this.#readings.get(cluster)?.isUnread ?? false;
  }
}
