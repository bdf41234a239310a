import { describeObject } from '#model/object.ts';
import {
  type ClusterDirectory,
  type DesiredOrRefusal,
  type DesiredPorts,
  type DirectoryRead,
  readDesired,
} from './desired/desired.ts';
import type { ReadFiles } from './desired/read-files.ts';
import type { Log } from './ports/machine.ts';

interface Reading extends DirectoryRead {
  readonly tree: string;
  readonly rules: string;
}

/** Caches the clusters' directories. Does not read a directory again that has not changed. */
export class Directories {
  readonly #ports: DesiredPorts;
  readonly #log: Log;
  /** Content of each directory with its Git tree id and its rules for encrypted objects, by cluster. */
  readonly #readings = new Map<string, Reading>();

  constructor(ports: DesiredPorts & { readonly log: Log }) {
    this.#log = ports.log;
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
    this.#warn(cluster, reading.files, files);
    if (reading.content.type === 'refused') return reading.content;
    const { desired } = reading.content;
    return { type: 'desired', desired: { ...desired, commit: tree.commit, settings, fleet } };
  }

  /** Logs what authors should change in encrypted objects, once for each version of a file. */
  #warn(cluster: string, files: ReadFiles, known: ReadFiles): void {
    for (const [path, file] of files) {
      if (known.get(path) === file) continue;
      for (const { object, warning } of file.objects) {
        if (warning === undefined) continue;
        this.#log.warn({ cluster, path, reason: `${describeObject(object)} ${warning}` }, 'sealed');
      }
    }
  }

  /** Reports whether Git failed to return a file of the cluster's directory. */
  isUnread(cluster: string): boolean {
    return this.#readings.get(cluster)?.isUnread ?? false;
  }
}
