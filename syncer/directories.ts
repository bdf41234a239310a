import {
  type ClusterDirectory,
  type DesiredOrRefusal,
  type DesiredPorts,
  type DirectoryRead,
  readDesired,
} from './desired/desired.ts';

/** The clusters' directories as they were read last: one that has not changed is not read again. */
export class Directories {
  readonly #ports: DesiredPorts;
  /** By cluster: what its directory says, and the Git tree id of that. */
  readonly #readings = new Map<string, DirectoryRead & { readonly tree: string }>();

  constructor(ports: DesiredPorts) {
    this.#ports = ports;
  }

  /** What a commit wants of a cluster. */
  async read(share: ClusterDirectory, stop: AbortSignal): Promise<DesiredOrRefusal> {
    const { tree, cluster, settings } = share;
    const id = tree.clusters.get(cluster) ?? '';
    const known = this.#readings.get(cluster);
    const files = known?.files ?? new Map();
    const same = known?.tree === id && !known.isUnread;
    const reading = same ? known : await readDesired(this.#ports, share, files, stop);
    this.#readings.set(cluster, { ...reading, tree: id });
    return reading.content.type === 'refused'
      ? reading.content
      : { type: 'desired', desired: { ...reading.content.desired, commit: tree.commit, settings } };
  }

  /** Whether Git has not given all files of a cluster's directory. */
  isUnread(cluster: string): boolean {
    return this.#readings.get(cluster)?.isUnread ?? false;
  }
}
