import {
  type ClusterDirectory,
  type DesiredOrRefusal,
  type DesiredPorts,
  type DirectoryRead,
  readDesired,
} from './desired/desired.ts';

/** Caches the clusters' directories. Does not read a directory again that has not changed. */
export class Directories {
  readonly #ports: DesiredPorts;
  /** Content of each directory with its Git tree id, by cluster. */
  readonly #readings = new Map<string, DirectoryRead & { readonly tree: string }>();

  constructor(ports: DesiredPorts) {
    this.#ports = ports;
  }

  /** Returns the desired state of a cluster at a commit. */
  async read(directory: ClusterDirectory, stop: AbortSignal): Promise<DesiredOrRefusal> {
    const { tree, cluster, settings } = directory;
    const id = tree.clusters.get(cluster) ?? '';
    const known = this.#readings.get(cluster);
    const files = known?.files ?? new Map();
    const same = known?.tree === id && !known.isUnread;
    const reading = same ? known : await readDesired(this.#ports, directory, files, stop);
    this.#readings.set(cluster, { ...reading, tree: id });
    return reading.content.type === 'refused'
      ? reading.content
      : { type: 'desired', desired: { ...reading.content.desired, commit: tree.commit, settings } };
  }

  /** Reports whether Git failed to return a file of the cluster's directory. */
  isUnread(cluster: string): boolean {
    return this.#readings.get(cluster)?.isUnread ?? false;
  }
}
