/** Which source files may hold values of Secrets: output never quotes a line of these files. */
import { parentOf, resolvePath } from './folder.ts';
import { readYaml } from './yaml.ts';

const kustomizations = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Files that Regatta quotes: manifests and charts' templates, but no `.env` file or key. */
const quotable = /\.(ya?ml|json|tpl)$|(^|\/)Kustomization$/;

/**
 * Returns whether a file may hold a value of a Secret: it mentions the kind Secret, is encrypted by
 * SOPS, has a secret generator, or is named by a kustomization that has one of these.
 *
 * @param read - text of a file; undefined when there is no such file
 */
export function mayHoldSecrets(file: string, read: (file: string) => string | undefined): boolean {
  const text = read(file);
  if (text === undefined || !quotable.test(file) || mentionsSecrets(text)) return true;
  return foldersOf(file).some((folder) =>
    kustomizations.some((name) => {
      const text = read(folder === '' ? name : `${folder}/${name}`);
      return text !== undefined && mentionsSecrets(text) && namesFile(text, folder, file);
    }),
  );
}

/** The folders around a file: from its own to the root, ''. */
function foldersOf(file: string): readonly string[] {
  const folders = [];
  for (let folder = parentOf(file); folder !== ''; folder = parentOf(folder)) folders.push(folder);
  return [...folders, ''];
}

/** A text that is not YAML, such as a chart's template, is searched for words. */
function mentionsSecrets(text: string): boolean {
  const documents = readYaml(text);
  if ('offset' in documents) return /\bSecret\b|\bsops\b|secretGenerator|\\[ux]/.test(text);
  return someMap(documents, (map) => {
    return map.kind === 'Secret' || 'sops' in map || 'secretGenerator' in map;
  });
}

function someMap(value: unknown, test: (map: Readonly<Record<string, unknown>>) => boolean) {
  const seen = new Set<unknown>();
  const visit = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return false;
    seen.add(value);
    if (!Array.isArray(value) && test(value as Readonly<Record<string, unknown>>)) return true;
    return Object.values(value).some(visit);
  };
  return visit(value);
}

/** Whether a string of a kustomization, such as `files: [key=path]`, is the path of a file. */
function namesFile(text: string, folder: string, file: string): boolean {
  const documents = readYaml(text);
  if ('offset' in documents) return true;
  return someMap(documents, (map) =>
    Object.values(map)
      .flat()
      .some(
        (value) =>
          typeof value === 'string' &&
          [value, value.slice(value.indexOf('=') + 1)].some(
            (path) => resolvePath(folder, path) === file,
          ),
      ),
  );
}
