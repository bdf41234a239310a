import type { Report } from '#model/diagnostic.ts';
import { printManifest } from '#model/manifest.ts';
import { byText, describeObject, type KubeObject, keyOf, type ObjectKey } from '#model/object.ts';
import { bindingsHeader } from '#model/rendered.ts';
import { renderedPaths } from '#model/rendered-path.ts';
import { checkShape } from '../parse/check.ts';
import { readObjects } from '../parse/documents.ts';
import { kubeObject } from '../parse/schema/object.ts';
import type { SourceFile } from '../read/sources.ts';
import { hasReplicas, lockForm, resourceOf } from './binding.ts';
import { type Folder, roleOf } from './role.ts';
import { sourceForm } from './source-form.ts';
import { type Proposal, proposeTakeOver } from './take-over.ts';

interface LeftOut {
  readonly object: string;
  /** Why the import leaves the object out, as a clause after "because". */
  readonly reason: string;
}

/** One object of an import as YAML. */
export interface ImportedDocument {
  readonly key: ObjectKey;
  /** The kind and name of the object, for messages. */
  readonly object: string;
  readonly file: string;
  readonly text: string;
  readonly isSecret: boolean;
  readonly folder: Folder;
}

/** The result of an import. */
export interface Import {
  /** In the order of their files. */
  readonly documents: readonly ImportedDocument[];
  readonly leftOut: readonly LeftOut[];
  readonly proposals: readonly Proposal[];
}

export interface ImportOptions {
  /** Propose that the syncer takes over the objects that Karmada made. */
  readonly takeOver: boolean;
}

/**
 * Converts the output of `kubectl get -o yaml` on a Karmada API server to a fleet repository: one file
 * per object, and the ResourceBindings as `bindings/`, so that the first compile moves nothing.
 */
export function importObjects(
  exports: readonly SourceFile[],
  { takeOver }: ImportOptions,
  report: Report,
): Import {
  const leftOut: LeftOut[] = [];
  const kept: Kept[] = [];
  for (const object of objectsOf(exports, report)) {
    const role = roleOf(object);
    if ('folder' in role) kept.push({ folder: role.folder, object });
    else leftOut.push({ object: describeObject(object), reason: role.leftOut });
  }
  const bindings = kept.filter(({ folder }) => folder === 'bindings').map(({ object }) => object);
  const divided = new Set(bindings.filter(hasReplicas).map(referenceOf));
  const written = kept.filter(({ folder }) => folder !== 'bindings');
  const paths = renderedPaths(written.map(({ object }) => keyOf(object)));
  const proposals: Proposal[] = [];
  const sources = written.map(({ folder, object }): ImportedDocument => {
    const key = keyOf(object);
    const form = sourceForm(object, folder, divided.has(key));
    const [proposed, found] = takeOver ? proposeTakeOver(form) : [form, undefined];
    if (found !== undefined) proposals.push(found);
    const file = fileOf(folder, object, paths.get(key) ?? '');
    return documentOf({ folder, object: proposed }, file);
  });
  const decisions = bindings.map((binding) => {
    const object = lockForm(binding, takeOver);
    const file = `bindings/${object.metadata.namespace ?? '_cluster'}.yaml`;
    return documentOf({ folder: 'bindings', object }, file);
  });
  const documents = [...sources, ...decisions].toSorted(
    (a, b) => byText(a.file, b.file) || byText(a.key, b.key),
  );
  return { documents, leftOut, proposals };
}

interface Kept {
  readonly folder: Folder;
  readonly object: KubeObject;
}

function documentOf({ folder, object }: Kept, file: string): ImportedDocument {
  return {
    key: keyOf(object),
    object: describeObject(object),
    file,
    text: printManifest(object),
    isSecret: isSecret(object),
    folder,
  };
}

/** Returns the files of some documents: texts by path. */
export function filesOf(
  documents: readonly Pick<ImportedDocument, 'file' | 'text' | 'folder'>[],
): ReadonlyMap<string, string> {
  const byFile = Map.groupBy(documents, ({ file }) => file);
  return new Map(
    [...byFile].map(([file, own]) => {
      const header = headerOf(own[0]?.folder);
      return [file, `${header}${own.map(({ text }) => text).join('---\n')}`];
    }),
  );
}

/** Returns the text at the start of a file in a folder: compile changes only bindings with its own first line. */
export function headerOf(folder: Folder | undefined): string {
  return folder === 'bindings' ? `${bindingsHeader}\n---\n` : '';
}

/** @param path - the file of the object in a rendered directory with all objects of the import */
function fileOf(folder: Folder, { metadata }: KubeObject, path: string): string {
  return folder === 'clusters' ? `clusters/${metadata.name}.yaml` : `${folder}/${path}`;
}

function isSecret({ apiVersion, kind }: KubeObject): boolean {
  return apiVersion === 'v1' && kind === 'Secret';
}

/** Returns the key of a binding's template. */
function referenceOf(binding: KubeObject): string {
  const { apiVersion = '', kind = '', namespace, name = '' } = resourceOf(binding);
  return keyOf({ apiVersion, kind, metadata: { name, namespace } } as KubeObject);
}

/** Returns the distinct objects. If several exports contain an object, the last one wins. */
function objectsOf(exports: readonly SourceFile[], report: Report): readonly KubeObject[] {
  const byKey = new Map<string, KubeObject>();
  for (const source of exports) {
    for (const raw of readObjects(source, report)) {
      const title = typeof raw.value.kind === 'string' ? raw.value.kind : 'object';
      const object = checkShape(kubeObject, raw, title, report);
      if (object !== undefined) byKey.set(keyOf(object), object);
    }
  }
  return [...byKey.values()];
}
