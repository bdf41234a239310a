/** Reads and parses the manifests of a directory. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { holdsSecrets } from '#model/hidden-value.ts';
import { type KubeObject, keyOf } from '#model/object.ts';
import type { Redactor } from '#model/redaction.ts';
import type { SealingRules } from '#model/sync-settings.ts';
import { jsonDigest } from '../ownership/digest.ts';
import type { GitFile, SecretsPort, SourcePort } from '../ports/source.ts';
import { withoutAggregatedRules } from './aggregated-rules.ts';
import { replacement } from './bounds.ts';
import type { DesiredObject } from './desired-object.ts';
import { ManifestError, parseManifest } from './manifest.ts';
import { readTexts, textOf } from './read-texts.ts';
import { sequenceOf } from './sequence.ts';
import { withStringData } from './string-data.ts';
import { unsealed } from './unseal.ts';

interface ReadingPorts {
  readonly source: SourcePort;
  readonly secrets?: SecretsPort | undefined;
  /** Hides opened values in texts, but no names of objects. */
  readonly redactor?: Redactor | undefined;
  readonly rules: SealingRules;
}

/** Parsed files of a directory, by path. The syncer does not read files again that a commit does not change. */
export type ReadFiles = ReadonlyMap<string, ReadFile>;

interface ReadFile {
  readonly oid: string;
  readonly objects: readonly DesiredObject[];
}

/**
 * Reads the files whose object id changed, a part after the other, so that their contents are never all in memory.
 *
 * @throws ManifestError if a file is invalid
 * @throws UnreadError if Git does not return a file
 */
export async function readFiles(
  { source, ...ports }: ReadingPorts,
  manifests: readonly GitFile[],
  known: ReadFiles,
  signal: AbortSignal,
): Promise<ReadFiles> {
  const files = new Map<string, ReadFile>();
  const isNew = ({ path, oid }: GitFile) => known.get(path)?.oid !== oid;
  for (const part of partsOf(manifests, isNew)) {
    const changed = part.filter(isNew).map(({ oid }) => oid);
    const texts = await readTexts(source, [...new Set(changed)], signal);
    for (const [index, file] of part.entries()) {
      // Other clusters and the Leases must not wait for thousands of files.
      if (index % batchSize === 0) await setImmediate();
      const { path, oid } = file;
      const before = isNew(file) ? undefined : known.get(path);
      const objects = before?.objects ?? (await objectsOf(file, textOf(texts, oid), ports));
      files.set(path, before ?? { oid, objects });
    }
  }
  return files;
}

/** Maximum size of the contents that the syncer holds before it parses them, in bytes, unless one file is larger. */
const partBytes = 8 * 1024 ** 2;

/** Divides files into parts, in their order. Only the contents of new files count. */
function partsOf(
  files: readonly GitFile[],
  isNew: (file: GitFile) => boolean,
): readonly (readonly GitFile[])[] {
  const parts: GitFile[][] = [[]];
  let size = 0;
  for (const file of files) {
    const own = isNew(file) ? file.size : 0;
    if (size > 0 && size + own > partBytes) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(file);
    size += own;
  }
  return parts;
}

/** Number of files that the syncer parses without a pause, in a few milliseconds. */
const batchSize = 32;

async function objectsOf(
  { path, oid }: GitFile,
  text: string,
  { secrets, redactor, rules }: Omit<ReadingPorts, 'source'>,
): Promise<readonly DesiredObject[]> {
  const objects: DesiredObject[] = [];
  if (!isExact(text, oid)) throw new ManifestError(`${path} is not UTF-8`);
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

/** Reports whether a text is that of the Git object, and no byte of it was replaced because it is not UTF-8. */
function isExact(text: string, oid: string): boolean {
  if (!text.includes(replacement)) return true;
  const hash = createHash(oid.length === sha256Length ? 'sha256' : 'sha1');
  return hash.update(`blob ${Buffer.byteLength(text)}\0${text}`).digest('hex') === oid;
}

/** Length of an object id in a repository with SHA-256, in characters. */
const sha256Length = 64;

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
