import { errorMessage } from '#model/error.ts';
import { gvkOf, isFieldMap, type KubeObject } from '#model/object.ts';
import { parseYaml } from '#model/yaml.ts';
import { partOfLabel } from '../ownership/applyset.ts';

/** The error for a file of a rendered directory that is not valid. The message does not name the file. */
export class ManifestError extends Error {
  override name = 'ManifestError';
}

/**
 * Parses the text of one rendered file, in YAML or JSON, and returns its objects. Skips empty documents.
 *
 * @throws ManifestError when the text is not YAML, or when a document is not a Kubernetes object that the
 *   syncer may apply
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

/**
 * Names contain no slash, so that object keys and paths are unambiguous, and no control characters. Colons
 * are valid in the names of RBAC objects.
 */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,252}$/;
const namespacePattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const apiVersionPattern = /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[a-z][a-z0-9]*$/;
const kindPattern = /^[A-Z][A-Za-z0-9]*$/;

function checkObject(document: unknown): KubeObject {
  if (!isFieldMap(document)) throw new ManifestError('not a Kubernetes object');
  const { apiVersion, kind, metadata } = document;
  if (!matches(apiVersion, apiVersionPattern))
    throw new ManifestError('apiVersion is missing or invalid');
  if (!matches(kind, kindPattern)) throw new ManifestError('kind is missing or invalid');
  if (kind === 'List') throw new ManifestError('kind List: write its items as separate documents');
  if (!isFieldMap(metadata)) throw new ManifestError(`${kind} has no metadata`);
  checkMetadata(kind, metadata);
  const object = { ...document, metadata: withoutNullMaps(metadata) } as unknown as KubeObject;
  if (gvkOf(object).group.length > 253) throw new ManifestError('apiVersion is too long');
  return object;
}

function checkMetadata(kind: string, metadata: Readonly<Record<string, unknown>>): void {
  const { name, namespace, labels } = metadata;
  if (!matches(name, namePattern)) throw new ManifestError(`${kind} has no valid metadata.name`);
  if (namespace !== undefined && !matches(namespace, namespacePattern)) {
    throw new ManifestError(`${kind} ${name} has no valid metadata.namespace`);
  }
  for (const field of ['managedFields', 'uid', 'resourceVersion', 'deletionTimestamp']) {
    if (metadata[field] !== undefined) {
      throw new ManifestError(`${kind} ${name} sets metadata.${field}, which the API server sets`);
    }
  }
  checkStrings(`${kind} ${name}`, 'labels', labels);
  checkStrings(`${kind} ${name}`, 'annotations', metadata.annotations);
  if (isFieldMap(labels) && labels[partOfLabel] !== undefined) {
    throw new ManifestError(
      `${kind} ${name} sets the label ${partOfLabel}, which only the syncer sets`,
    );
  }
}

/** Removes the fields `labels` and `annotations` if they are null. */
function withoutNullMaps(metadata: Readonly<Record<string, unknown>>): object {
  const { labels, annotations, ...rest } = metadata;
  return { ...rest, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
}

function checkStrings(kind: string, field: string, map: unknown): void {
  if (map === undefined || map === null) return;
  const entries = isFieldMap(map) ? Object.entries(map) : [[field, map] as const];
  const invalid = entries.find(([, value]) => typeof value !== 'string');
  if (invalid !== undefined)
    throw new ManifestError(`${kind} has ${field} that are not strings: ${invalid[0]}`);
}

function matches(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}
