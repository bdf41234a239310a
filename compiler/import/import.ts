import type { Report } from '#model/diagnostic.ts';
import { printManifest } from '#model/manifest.ts';
import { byText, describeObject, type KubeObject, keyOf } from '#model/object.ts';
import { bindingsHeader } from '#model/rendered.ts';
import { renderedPaths } from '#model/rendered-path.ts';
import { checkShape } from '../parse/check.ts';
import { readObjects } from '../parse/documents.ts';
import { kubeObject } from '../parse/schema/object.ts';
import type { SourceFile } from '../read/sources.ts';
import { hasReplicas, lockForm, resourceOf } from './binding.ts';
import { type Folder, roleOf } from './role.ts';
import { sourceForm } from './source-form.ts';

interface LeftOut {
  readonly object: string;
  /** Why the import leaves the object out, as a clause after "because". */
  readonly reason: string;
}

/** The result of an import. */
export interface Import {
  /** Files of the fleet repository: texts by path. */
  readonly files: ReadonlyMap<string, string>;
  readonly leftOut: readonly LeftOut[];
  /** Names of Secrets among the templates. */
  readonly secrets: readonly string[];
}

/**
 * Converts the output of `kubectl get -o yaml` on a Karmada API server to a fleet repository: one file
 * per object, and the ResourceBindings as `bindings/`, so that the first compile moves nothing.
 */
export function importObjects(exports: readonly SourceFile[], report: Report): Import {
  const leftOut: LeftOut[] = [];
  const kept: { readonly folder: Folder; readonly object: KubeObject }[] = [];
  for (const object of objectsOf(exports, report)) {
    const role = roleOf(object);
    if ('folder' in role) kept.push({ folder: role.folder, object });
    else leftOut.push({ object: describeObject(object), reason: role.leftOut });
  }
  const bindings = kept.filter(({ folder }) => folder === 'bindings').map(({ object }) => object);
  const divided = new Set(bindings.filter(hasReplicas).map(referenceOf));
  const written = kept.filter(({ folder }) => folder !== 'bindings');
  const paths = renderedPaths(written.map(({ object }) => keyOf(object)));
  const sources = written.map(({ folder, object }): readonly [string, string] => {
    const key = keyOf(object);
    const form = sourceForm(object, folder, divided.has(key));
    return [fileOf(folder, object, paths.get(key) ?? ''), printManifest(form)];
  });
  const files = [...sources, ...printBindings(bindings)];
  return {
    files: new Map(files.toSorted(([a], [b]) => byText(a, b))),
    leftOut,
    secrets: kept
      .map(({ object }) => object)
      .filter(isSecret)
      .map(describeObject),
  };
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

function printBindings(bindings: readonly KubeObject[]): readonly (readonly [string, string])[] {
  const byFile = Map.groupBy(
    bindings.map(lockForm).toSorted((a, b) => byText(a.metadata.name, b.metadata.name)),
    ({ metadata }) => `bindings/${metadata.namespace ?? '_cluster'}.yaml`,
  );
  return [...byFile].map(([file, documents]) => [
    file,
    `${bindingsHeader}\n---\n${documents.map(printManifest).join('---\n')}`,
  ]);
}
