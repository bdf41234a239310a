import { errorMessage } from '#model/error.ts';
import { describeObject, type ObjectKey } from '#model/object.ts';
import type { Redactor } from '#model/redaction.ts';
import { isManifest } from '#model/rendered.ts';
import type { SyncerSettings } from '#model/sync-settings.ts';
import type { Fleet } from '../ownership/owner.ts';
import type { RenderedTree, SecretsPort, SourcePort } from '../ports/source.ts';
import { readAcknowledged } from './acknowledged.ts';
import { boundsFault } from './bounds.ts';
import type { DesiredObject } from './desired-object.ts';
import { ManifestError } from './manifest.ts';
import { type ReadFiles, readFiles } from './read-files.ts';
import { UnreadError } from './read-texts.ts';
import { sequenceFault } from './sequence.ts';

/** The desired state of one cluster. */
export interface Desired {
  readonly commit: string;
  /** Git tree id of the cluster's directory. */
  readonly tree: string;
  readonly objects: ReadonlyMap<ObjectKey, DesiredObject>;
  /** Files below the cluster's directory whose deletion the repository acknowledges. */
  readonly acknowledged: ReadonlySet<string>;
  readonly settings: SyncerSettings;
  readonly fleet: Fleet;
}

/** The desired state of one cluster at a commit, or why the syncer must not change the cluster. */
export type DesiredOrRefusal =
  | { readonly type: 'desired'; readonly desired: Desired }
  | { readonly type: 'refused'; readonly commit: string; readonly reason: string };

/** The directory of one cluster at a commit. */
export interface ClusterDirectory {
  readonly tree: RenderedTree;
  readonly cluster: string;
  readonly settings: SyncerSettings;
  readonly fleet: Fleet;
}

export interface DesiredPorts {
  readonly source: SourcePort;
  readonly secrets?: SecretsPort | undefined;
  /** Hides opened values in texts, but no names of objects. */
  readonly redactor?: Redactor | undefined;
  /** Maximum size of a directory in the memory of this process, in bytes. */
  readonly maxDirectoryBytes?: number | undefined;
}

/** The result of reading a directory. `files` make the next read faster. */
export interface DirectoryRead {
  readonly content: DesiredOrRefusal;
  readonly files: ReadFiles;
  /** Set if Git failed to return a file. The syncer then reads the directory again even if it does not change. */
  readonly isUnread?: true;
}

/** Reads one cluster's directory. Refuses the whole directory for a fault in any file, so that a commit applies completely or not at all. */
export async function readDesired(
  given: DesiredPorts,
  { tree, cluster, settings, fleet }: ClusterDirectory,
  known: ReadFiles,
  signal: AbortSignal,
): Promise<DirectoryRead> {
  const { commit } = tree;
  const ports = { ...given, rules: settings };
  const refuse = (reason: string): DirectoryRead => {
    return { content: { type: 'refused', commit, reason }, files: known };
  };
  const files = tree.files.filter(({ path }) => path.startsWith(`${cluster}/`));
  const invalid = boundsFault(cluster, files, given.maxDirectoryBytes);
  if (invalid !== undefined) return refuse(invalid);

  const manifests = files.filter(({ path }) => isManifest(path));
  try {
    const read = await readFiles(ports, manifests, known, signal);
    const objects = collectObjects(read);
    if (objects.size === 0) return refuse(emptyReason);
    const fault = sequenceFault([...objects.values()].map(({ object }) => object));
    if (fault !== undefined) return refuse(fault);
    const acknowledged = await readAcknowledged(ports.source, cluster, files, signal);
    const id = tree.clusters.get(cluster) ?? '';
    const desired = { commit, tree: id, objects, acknowledged, settings, fleet };
    return { content: { type: 'desired', desired }, files: read };
  } catch (error) {
    if (error instanceof ManifestError) return refuse(error.message);
    if (error instanceof UnreadError) return { ...refuse(unreadReason(error)), isUnread: true };
    signal.throwIfAborted();
    // No other cluster may suffer from a fault in this directory, whatever it is.
    return refuse(`its directory cannot be read: ${errorMessage(error)}`);
  }
}

function unreadReason({ message }: UnreadError): string {
  return `its files cannot be read (${message}): the cluster does not change until they can be read`;
}

/** The reason for refusing a directory that is gone or holds no object. */
export const emptyReason =
  'its directory is missing or has no manifest: the syncer deletes nothing';

function collectObjects(files: ReadFiles): ReadonlyMap<ObjectKey, DesiredObject> {
  const objects = new Map<ObjectKey, DesiredObject>();
  const origin = new Map<ObjectKey, string>();
  for (const [path, file] of files) {
    for (const desired of file.objects) {
      const { key, object } = desired;
      const earlier = origin.get(key);
      if (earlier !== undefined) {
        throw new ManifestError(`${path}: ${describeObject(object)} is also defined in ${earlier}`);
      }
      origin.set(key, path);
      objects.set(key, desired);
    }
  }
  return objects;
}
