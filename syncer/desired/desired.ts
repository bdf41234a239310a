import { setImmediate } from 'node:timers/promises';
import { errorMessage } from '#model/error.ts';
import { holdsSecrets } from '#model/hidden-value.ts';
import { describeObject, type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import type { Redactor } from '#model/redaction.ts';
import { isManifest } from '#model/rendered.ts';
import type { SealingRules, SyncerSettings } from '#model/sync-settings.ts';
import { jsonDigest } from '../ownership/digest.ts';
import type { Fleet } from '../ownership/owner.ts';
import type { GitFile, RenderedTree, SecretsPort, SourcePort } from '../ports/source.ts';
import { readAcknowledged } from './acknowledged.ts';
import { withoutAggregatedRules } from './aggregated-rules.ts';
import { ManifestError, parseManifest } from './manifest.ts';
import { readTexts, textOf, UnreadError } from './read-texts.ts';
import { type Sequence, sequenceFault, sequenceOf } from './sequence.ts';
import { withStringData } from './string-data.ts';
import { unsealed } from './unseal.ts';

/** One desired object of a cluster. */
export interface DesiredObject {
  readonly key: ObjectKey;
  readonly object: KubeObject;
  /** Digest of the manifest's content; formatting does not change it. */
  readonly digest: string;
  readonly sequence: Sequence;
  /** True for a Secret and for an object with sealed values: output shows only names of its fields. */
  readonly isSecret: boolean;
  /** Why the syncer cannot decrypt the object and does not change it in the cluster. */
  readonly fault?: string;
  /** What the author should change in the encrypted object. */
  readonly warning?: string;
}

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

/** Maximum size of a file, in bytes: an API server accepts no larger object. */
const maxFileSize = 3 * 1024 * 1024;

/** Maximum number of files in a directory, and their maximum size together. */
const maxFiles = 50_000;
const maxMebibytes = 256;

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
}

interface ReadingPorts extends DesiredPorts {
  readonly rules: SealingRules;
}

/** Parsed files of a directory, by path. The syncer does not read files again that a commit does not change. */
export type ReadFiles = ReadonlyMap<string, ReadFile>;

interface ReadFile {
  readonly oid: string;
  readonly objects: readonly DesiredObject[];
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
  const reasons = [excess(cluster, files), ...files.map(invalidReason)];
  const invalid = reasons.find((reason) => reason !== undefined);
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
  return `its files cannot be read (${message}): the cluster does not change until they can`;
}

/**
 * Reads the files whose object id changed.
 *
 * @throws ManifestError if a file is invalid
 * @throws UnreadError if Git does not return a file
 */
async function readFiles(
  { source, ...ports }: ReadingPorts,
  manifests: readonly GitFile[],
  known: ReadFiles,
  signal: AbortSignal,
): Promise<ReadFiles> {
  const isNew = ({ path, oid }: GitFile) => known.get(path)?.oid !== oid;
  const changed = manifests.filter(isNew).map(({ oid }) => oid);
  const texts = await readTexts(source, [...new Set(changed)], signal);
  const files = new Map<string, ReadFile>();
  for (const [index, file] of manifests.entries()) {
    // Other clusters and the Leases must not wait for thousands of files.
    if (index % batchSize === 0) await setImmediate();
    const { path, oid } = file;
    const before = isNew(file) ? undefined : known.get(path);
    const objects = before?.objects ?? (await objectsOf(path, textOf(texts, oid), ports));
    files.set(path, before ?? { oid, objects });
  }
  return files;
}

/** Number of files that the syncer parses without a pause, in a few milliseconds. */
const batchSize = 32;

/** The reason for refusing a directory that is gone or holds no object. */
export const emptyReason =
  'its directory is missing or has no manifest: the syncer deletes nothing';

/** Returns by how much a directory is too large, before its contents are read; undefined if it fits. */
function excess(cluster: string, files: readonly GitFile[]): string | undefined {
  if (files.length > maxFiles) {
    return `rendered/${cluster} has ${files.length} files, the limit is ${maxFiles}`;
  }
  const mebibytes = files.reduce((sum, { size }) => sum + size, 0) / 1024 ** 2;
  if (mebibytes <= maxMebibytes) return undefined;
  return `rendered/${cluster} holds ${Math.ceil(mebibytes)} MiB, the limit is ${maxMebibytes} MiB`;
}

function invalidReason({ path, type, size }: GitFile): string | undefined {
  if (type !== 'file') return `${path} is a ${type}, not a regular file`;
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
        throw new ManifestError(`${path}: ${describeObject(object)} is also defined in ${earlier}`);
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
  { secrets, redactor, rules }: Omit<ReadingPorts, 'source'>,
): Promise<readonly DesiredObject[]> {
  const objects: DesiredObject[] = [];
  for (const object of parseFile(path, text)) {
    redactor?.publish(publicWords(object));
    const { object: opened, ...remarks } = await unsealed(object, secrets, rules);
    objects.push({
      key: keyOf(object),
      object: withoutAggregatedRules(withStringData(opened)),
      // Digest the encrypted object, because readers of the inventory could guess a decrypted value from its digest.
      digest: jsonDigest(object),
      sequence: sequenceOf(object),
      isSecret: holdsSecrets(object),
      ...remarks,
    });
  }
  return objects;
}

/** Returns what everyone may read of an object: its kind, its names, and the names of its fields if it holds secrets. */
function publicWords(object: KubeObject): readonly string[] {
  const { kind, metadata } = object;
  const names = [kind, metadata.name, metadata.namespace ?? ''];
  return holdsSecrets(object) ? [...names, ...fieldNames(object)] : names;
}

function fieldNames(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...fieldNames(inner)]);
}

function parseFile(path: string, text: string): readonly KubeObject[] {
  try {
    return parseManifest(text);
  } catch (error) {
    if (error instanceof ManifestError) throw new ManifestError(`${path}: ${error.message}`);
    throw error;
  }
}
