import { describeObject, type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import type { SyncSettings } from '#model/sync-settings.ts';
import { digestOf } from './digest.ts';
import { ManifestError, parseManifest } from './manifest.ts';
import type { RenderedFile, RenderedTree, SecretsPort, SourcePort } from './ports.ts';
import { type Sequence, sequenceFault, sequenceOf } from './sequence.ts';
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
  readonly settings: SyncSettings;
}

/** What a commit says of one cluster: what to have there, or why it must be left as it is. */
export type Wanted =
  | { readonly type: 'desired'; readonly desired: Desired }
  | { readonly type: 'refused'; readonly commit: string; readonly reason: string };

/** The largest file that is read, in bytes: an API server takes no larger object. */
const maxFileSize = 3 * 1024 * 1024;

/** One cluster's part of a commit. */
export interface Share {
  readonly tree: RenderedTree;
  readonly cluster: string;
  readonly settings: SyncSettings;
}

export interface DesiredPorts {
  readonly source: SourcePort;
  readonly secrets?: SecretsPort | undefined;
}

/** Reads one cluster's directory. A fault in any file refuses the whole: half a commit is none. */
export async function readDesired(
  { source, secrets }: DesiredPorts,
  { tree, cluster, settings }: Share,
  signal: AbortSignal,
): Promise<Wanted> {
  const { commit } = tree;
  const files = tree.files.filter(({ path }) => path.startsWith(`${cluster}/`));
  const odd = files.map(oddness).find((reason) => reason !== undefined);
  if (odd !== undefined) return { type: 'refused', commit, reason: odd };

  const manifests = files.filter(({ path }) => /\.(ya?ml|json)$/.test(path));
  const texts = await source.read([...new Set(manifests.map(({ oid }) => oid))], signal);
  try {
    const objects = collectObjects(manifests, texts, secrets);
    if (objects.size === 0) return { type: 'refused', commit, reason: emptyReason };
    const fault = sequenceFault([...objects.values()].map(({ object }) => object));
    if (fault !== undefined) return { type: 'refused', commit, reason: fault };
    return {
      type: 'desired',
      desired: { commit, tree: tree.clusters.get(cluster) ?? '', objects, settings },
    };
  } catch (error) {
    if (error instanceof ManifestError) return { type: 'refused', commit, reason: error.message };
    throw error;
  }
}

/** Said of a directory that is gone or holds no object. */
export const emptyReason =
  'its directory is missing or has no manifest: nothing is deleted on its account';

function oddness({ path, type, size }: RenderedFile): string | undefined {
  if (type !== 'file') return `${path} is a ${type}, only files are read`;
  return size > maxFileSize ? `${path} is larger than ${maxFileSize} bytes` : undefined;
}

function collectObjects(
  files: readonly RenderedFile[],
  texts: ReadonlyMap<string, string>,
  secrets: SecretsPort | undefined,
): ReadonlyMap<ObjectKey, DesiredObject> {
  const objects = new Map<ObjectKey, DesiredObject>();
  const origin = new Map<ObjectKey, string>();
  for (const { path, oid } of files) {
    for (const { object, digest } of objectsOf(path, texts.get(oid) ?? '')) {
      const key = keyOf(object);
      const earlier = origin.get(key);
      if (earlier !== undefined) {
        throw new ManifestError(`${path}: ${describeObject(object)} is in ${earlier} too`);
      }
      origin.set(key, path);
      // The digest is kept in the cluster: one of what was secret could be guessed at.
      const open = unsealed(path, object, secrets);
      objects.set(key, { key, object: open, digest, sequence: sequenceOf(object) });
    }
  }
  return objects;
}

function objectsOf(
  path: string,
  text: string,
): readonly { readonly object: KubeObject; readonly digest: string }[] {
  try {
    return parseManifest(text).map((object) => ({ object, digest: digestOf(object) }));
  } catch (error) {
    if (error instanceof ManifestError) throw new ManifestError(`${path}: ${error.message}`);
    throw error;
  }
}
