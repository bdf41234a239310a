import { errorMessage } from '#model/error.ts';
import { gvkOf, isFieldMap, type KubeObject } from '#model/object.ts';
import { isName } from '#model/object-name.ts';
import { parseYaml } from '#model/yaml.ts';

/** The error for an invalid file of a rendered directory. */
export class ManifestError extends Error {
  override name = 'ManifestError';
}

/**
 * Parses the text of one rendered file, in YAML or JSON, and returns its objects. Skips empty documents.
 *
 * @throws ManifestError if the text is not YAML, or if a document is not a Kubernetes object that the
 *   syncer may apply. The message does not name the file; the caller adds it.
 */
export function parseManifest(text: string): readonly KubeObject[] {
  return loadDocuments(text)
    .filter((document) => document !== null && document !== undefined)
    .map(checkObject);
}

function loadDocuments(text: string): readonly unknown[] {
  try {
    return parseYaml(text);
  } catch (error) {
    throw new ManifestError(errorMessage(error));
  }
}

const namespacePattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const apiVersionPattern = /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[a-z][a-z0-9]*$/;
const kindPattern = /^[A-Za-z][A-Za-z0-9]*$/;

function checkObject(document: unknown): KubeObject {
  if (!isFieldMap(document)) {
    // Do not quote a text, because it could be a secret.
    const value = typeof document === 'string' ? 'a text' : quote(document);
    throw new ManifestError(`a document is not a Kubernetes object: ${value}`);
  }
  const { apiVersion, kind, metadata } = document;
  if (!matches(apiVersion, apiVersionPattern)) throw invalid('apiVersion', apiVersion);
  if (!matches(kind, kindPattern)) throw invalid('kind', kind);
  if (kind === 'List') throw new ManifestError('kind List: write its items as separate documents');
  if (!isFieldMap(metadata)) throw invalid(`${kind}: metadata`, metadata);
  checkMetadata({ apiVersion, kind }, metadata);
  const object = { ...document, metadata: withoutNullMaps(metadata) } as unknown as KubeObject;
  const { length } = gvkOf(object).group;
  if (length > maxGroupLength) {
    throw new ManifestError(
      `apiVersion ${quote(apiVersion)} has a group of ${length} characters, more than ${maxGroupLength}`,
    );
  }
  return object;
}

/** Maximum length of an API group, which is a DNS name, in characters. */
const maxGroupLength = 253;

function checkMetadata(
  type: Pick<KubeObject, 'apiVersion' | 'kind'>,
  metadata: Readonly<Record<string, unknown>>,
): void {
  const { name, namespace, labels } = metadata;
  const { kind } = type;
  if (typeof name !== 'string' || !isName(type, name))
    throw invalid(`${kind}: metadata.name`, name);
  if (namespace !== undefined && !matches(namespace, namespacePattern)) {
    throw invalid(`${kind} ${name}: metadata.namespace`, namespace);
  }
  for (const field of ['managedFields', 'uid', 'resourceVersion', 'deletionTimestamp']) {
    if (metadata[field] !== undefined) {
      throw new ManifestError(`${kind} ${name} sets metadata.${field}, which the API server sets`);
    }
  }
  checkStrings(`${kind} ${name}`, 'labels', labels);
  checkStrings(`${kind} ${name}`, 'annotations', metadata.annotations);
}

/** Returns the error for a field that is absent or has a wrong value. */
function invalid(field: string, value: unknown): ManifestError {
  return new ManifestError(
    value === undefined ? `${field} is missing` : `${field} is invalid: ${quote(value)}`,
  );
}

/**
 * Returns a value for a message: the start of a text in quotes, which escape control characters. Lists and
 * maps are only named, because YAML aliases can make them infinite.
 */
function quote(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isFieldMap(value)) return 'a map';
  if (typeof value !== 'string') return String(value);
  const more = value.length > maxQuoteLength ? '…' : '';
  return JSON.stringify(`${value.slice(0, maxQuoteLength)}${more}`);
}

/** Maximum length of a text in a message, in characters. */
const maxQuoteLength = 80;

/** Removes the fields `labels` and `annotations` if they are null. */
function withoutNullMaps(metadata: Readonly<Record<string, unknown>>): object {
  const { labels, annotations, ...rest } = metadata;
  return { ...rest, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
}

function checkStrings(title: string, field: string, map: unknown): void {
  if (map === undefined || map === null) return;
  if (!isFieldMap(map)) throw invalid(`${title}: metadata.${field}`, map);
  const invalidEntry = Object.entries(map).find(([, value]) => typeof value !== 'string');
  if (invalidEntry === undefined) return;
  const [key, value] = invalidEntry;
  throw new ManifestError(
    `${title}: metadata.${field}[${quote(key)}] is not a string: ${quote(value)}`,
  );
}

function matches(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}
