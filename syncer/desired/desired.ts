import { setImmediate } from 'node:timers/promises';
import { describeObject, type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import type { SyncSettings } from '#model/sync-settings.ts';
import { jsonDigest } from '../ownership/digest.ts';
import type { GitFile, RenderedTree, SecretsPort, SourcePort } from '../ports/source.ts';
import { readAcknowledged } from './acknowledged.ts';
import { ManifestError, parseManifest } from './manifest.ts';
import { readTexts, textOf, UnreadError } from './read-texts.ts';
import { type Sequence, sequenceFault, sequenceOf } from './sequence.ts';
import { withStringData } from './string-data.ts';
import { unsealed } from './unseal.ts';

/** One object that Git wants in a cluster. */
export interface DesiredObject {
  readonly key: ObjectKey;
  readonly object: KubeObject;
  /** Changes with what its file says of it, not with how it says it. */
  readonly digest: string;
  readonly sequence: Sequence;
}

/** What Git wants in one cluster. */
export interface Desired {
  readonly commit: string;
  /** Git tree id of the cluster's directory. */
  readonly tree: string;
  readonly objects: ReadonlyMap<ObjectKey, DesiredObject>;
  /** Files below the cluster's directory whose deletion has been said to be meant. */
  readonly acknowledged: ReadonlySet<string>;
  readonly settings: SyncSettings;
}

/** What a commit says of one cluster: what to have there, or why it must be left as it is. */
export type DesiredOrRefusal =
  | { readonly type: 'desired'; readonly desired: Desired }
  | { readonly type: 'refused'; readonly commit: string; readonly reason: string };

/** The largest file that is read, in bytes: an API server takes no larger object. */
const maxFileSize = 3 * 1024 * 1024;

/** One cluster's part of a commit. */
export interface ClusterDirectory {
  readonly tree: RenderedTree;
  readonly cluster: string;
  readonly settings: SyncSettings;
}

export interface DesiredPorts {
  readonly source: SourcePort;
  readonly secrets?: SecretsPort | undefined;
}

/** What a cluster's files came to, by path: those that a commit leaves alone are not read again. */
export type ReadFiles = ReadonlyMap<string, ReadFile>;

interface ReadFile {
  readonly oid: string;
  readonly objects: readonly DesiredObject[];
}

/** What a directory says, and its files for the next time. */
export interface DirectoryRead {
  readonly content: DesiredOrRefusal;
  readonly files: ReadFiles;
  /** Set when Git did not give a file: the directory has to be read again, although it is the same. */
  readonly isUnread?: true;
}

/** Reads one cluster's directory. A fault in any file refuses the whole: half a commit is none. */
export async function readDesired(
  ports: DesiredPorts,
  { tree, cluster, settings }: ClusterDirectory,
  known: ReadFiles,
  signal: AbortSignal,
): Promise<DirectoryRead> {
  const { commit } = tree;
  const refuse = (reason: string): DirectoryRead => {
    return { content: { type: 'refused', commit, reason }, files: known };
  };
  const files = tree.files.filter(({ path }) => path.startsWith(`${cluster}/`));
  const odd = files.map(oddness).find((reason) => reason !== undefined);
  if (odd !== undefined) return refuse(odd);

  const manifests = files.filter(({ path }) => /\.(ya?ml|json)$/.test(path));
  try {
    const read = await readFiles(ports, manifests, known, signal);
    const objects = collectObjects(read);
    if (objects.size === 0) return refuse(emptyReason);
    const fault = sequenceFault([...objects.values()].map(({ object }) => object));
    if (fault !== undefined) return refuse(fault);
    const acknowledged = await readAcknowledged(ports.source, cluster, files, signal);
    const id = tree.clusters.get(cluster) ?? '';
    const desired = { commit, tree: id, objects, acknowledged, settings };
    return { content: { type: 'desired', desired }, files: read };
  } catch (error) {
    if (error instanceof ManifestError) return refuse(error.message);
    if (error instanceof UnreadError) return { ...refuse(unreadReason(error)), isUnread: true };
    throw error;
  }
}

function unreadReason({ message }: UnreadError): string {
  return `its files cannot be read (${message}): nothing changes until they can`;
}

/** Reads what is not known by its path and object id. @throws ManifestError, UnreadError */
async function readFiles(
  { source, secrets }: DesiredPorts,
  manifests: readonly GitFile[],
  known: ReadFiles,
  signal: AbortSignal,
): Promise<ReadFiles> {
  const isNew = ({ path, oid }: GitFile) => known.get(path)?.oid !== oid;
  const changed = manifests.filter(isNew).map(({ oid }) => oid);
  const texts = await readTexts(source, [...new Set(changed)], signal);
  const files = new Map<string, ReadFile>();
  for (const [index, file] of manifests.entries()) {
    // Other clusters, and the Leases, are not to wait for thousands of files.
    if (index % together === 0) await setImmediate();
    const { path, oid } = file;
    const before = isNew(file) ? undefined : known.get(path);
    const objects = before?.objects ?? (await objectsOf(path, textOf(texts, oid), secrets));
    files.set(path, before ?? { oid, objects });
  }
  return files;
}

/** So many files are read in one go: a few milliseconds. */
const together = 32;

/** Said of a directory that is gone or holds no object. */
export const emptyReason =
  'its directory is missing or has no manifest: nothing is deleted on its account';

function oddness({ path, type, size }: GitFile): string | undefined {
  if (type !== 'file') return `${path} is a ${type}, only files are read`;
  return size > maxFileSize ? `${path} is larger than ${maxFileSize} bytes` : undefined;
}

function collectObjects(files: ReadFiles): ReadonlyMap<ObjectKey, DesiredObject> {
  const objects = new Map<ObjectKey, DesiredObject>();
  const origin = new Map<ObjectKey, string>();
  for (const [path, file] of files) {
    for (const desired of file.objects) {
      const { key, object } = desired;
      const earlier = origin.get(key);
      if (earlier !== undefined) {
        throw new ManifestError(`${path}: ${describeObject(object)} is in ${earlier} too`);
      }
      origin.set(key, path);
      objects.set(key, desired);
    }
  }
  return objects;
}

async function objectsOf(
  path: string,
  text: string,
  secrets: SecretsPort | undefined,
): Promise<readonly DesiredObject[]> {
  const objects: DesiredObject[] = [];
  for (const object of parseFile(path, text)) {
    objects.push({
      key: keyOf(object),
      object: withStringData(await unsealed(path, object, secrets)),
      // It is kept in the cluster: one of what was secret could be guessed at.
      digest: jsonDigest(object),
      sequence: sequenceOf(object),
    });
  }
  return objects;
}

function parseFile(path: string, text: string): readonly KubeObject[] {
  try {
    return parseManifest(text);
  } catch (error) {
    if (error instanceof ManifestError) throw new ManifestError(`${path}: ${error.message}`);
    throw error;
  }
}
