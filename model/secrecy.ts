/** Finds the source files that may contain values of Secrets. Output never quotes their lines. */
import { parentOf, resolvePath } from './folder.ts';
import { lockFile } from './image-lock.ts';
import { isFieldMap } from './object.ts';
import { readYaml } from './yaml.ts';

const kustomizations = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Manifests and chart templates. Other files are data for builds. */
const manifest = /\.(ya?ml|json|tpl)$|(^|\/)Kustomization$/;

/** Returns the text of a file; undefined if the file does not exist. */
export type ReadText = (file: string) => string | undefined;

/** Files that usually hold nothing but secrets. */
const secretFile = /\.(env|pem|key|p12|pfx|jks|htpasswd)$/;

/** Reports whether a file may contain a value of a Secret: it is about Secrets, or an input of builds. */
export function mayHoldSecrets(file: string, read: ReadText): boolean {
  const text = read(file);
  return text === undefined || isAboutSecrets(file, read) || isBuildInput(file, text);
}

/**
 * Reports whether a file mentions the kind Secret, SOPS encrypted it, it has a secret generator, or a
 * kustomization with one of these refers to it.
 */
export function isAboutSecrets(file: string, read: ReadText): boolean {
  const text = read(file);
  if (text === undefined || secretFile.test(file) || mentionsSecrets(text)) return true;
  return kustomizationsAbove(file).some((path) => {
    const text = read(path);
    return text !== undefined && mentionsSecrets(text) && namesFile(text, parentOf(path), file);
  });
}

/** Returns the paths of the kustomizations that may refer to a file. */
export function kustomizationsAbove(file: string): readonly string[] {
  return foldersOf(file).flatMap((folder) =>
    kustomizations.map((name) => (folder === '' ? name : `${folder}/${name}`)),
  );
}

/**
 * Reports whether a text is data for builds, such as values of a chart, which may turn it into a Secret: it is
 * not the manifest of an object, or it has values of its own.
 */
export function isBuildInput(file: string, text: string): boolean {
  if (file === lockFile || /(^|\/)Chart\.yaml$/.test(file)) return false;
  if (!manifest.test(file)) return true;
  const documents = readYaml(text);
  if ('offset' in documents) return false;
  const maps = documents.filter((document) => document !== null && document !== undefined);
  return maps.some((document) => {
    if (!isFieldMap(document)) return true;
    const { kind, spec, resources } = document;
    const isKustomization = Array.isArray(resources);
    return (
      (kind === undefined && !isKustomization) || (isFieldMap(spec) && isFieldMap(spec.values))
    );
  });
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
