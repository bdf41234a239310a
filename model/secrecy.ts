/** Finds the source files that may contain values of Secrets. Output never quotes their lines. */
import { parentOf, resolvePath } from './folder.ts';
import { readYaml } from './yaml.ts';

const kustomizations = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Files that Regatta quotes: manifests and chart templates, but no `.env` files or keys. */
const quotable = /\.(ya?ml|json|tpl)$|(^|\/)Kustomization$/;

/**
 * Reports whether a file may contain a value of a Secret: it mentions the kind Secret, SOPS encrypted it, it
 * has a secret generator, or a kustomization with one of these refers to it.
 *
 * @param read - returns the text of a file; undefined if the file does not exist
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

/** Returns the folders around a file, from its own folder to the root, ''. */
function foldersOf(file: string): readonly string[] {
  const folders = [];
  for (let folder = parentOf(file); folder !== ''; folder = parentOf(folder)) folders.push(folder);
  return [...folders, ''];
}

/** Reports whether a text mentions Secrets. Searches a text that is not YAML, such as a chart template, for words. */
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

/** Reports whether a kustomization refers to a file, for example by `files: [key=path]`. */
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
