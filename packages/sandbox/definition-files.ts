/** Reads CustomResourceDefinitions from YAML files. */
import { readFile } from 'node:fs/promises';
import { loadAll } from 'js-yaml';

/**
 * Returns the definitions in the files.
 *
 * @throws Error when a file cannot be read, or contains an object of a different kind
 */
export async function readDefinitions(paths: readonly string[]): Promise<object[]> {
  const files = await Promise.all(paths.map(readOne));
  return files.flat();
}

async function readOne(path: string): Promise<object[]> {
  const documents: unknown[] = loadAll(await readFile(path, 'utf8'));
  return documents
    .filter((document) => document !== null && document !== undefined)
    .map((document) => {
      if (isDefinition(document)) return document;
      throw new Error(`${path} contains an object that is not a CustomResourceDefinition`);
    });
}

function isDefinition(document: unknown): document is object {
  return (
    typeof document === 'object' &&
    document !== null &&
    'kind' in document &&
    document.kind === 'CustomResourceDefinition'
  );
}
