/** Warnings that the authors of a repository accept, with their reasons. */
import type { Diagnostic, Position } from './diagnostic.ts';
import type { KubeObject } from './object.ts';

/** Annotation of a source: lines of `code: reason`, one for each accepted diagnostic. Compile removes it from objects. */
export const acceptAnnotation = 'regatta.dev/accept';

/** An entry of `spec.accept` in regatta.yaml: accepts a diagnostic in files that hold no annotations. */
export interface AcceptedPath {
  readonly code: string;
  /** A file, or a folder with everything below it. */
  readonly path: string;
  readonly reason: string;
}

/** A warning or note that the sources accept. */
export interface AcceptedDiagnostic extends Diagnostic {
  readonly acceptance: {
    readonly reason: string;
    /** Where the sources accept it. */
    readonly at: Position;
  };
}

/** Returns an object without the annotation, which concerns only Regatta. */
export function withoutAcceptance<T extends KubeObject>(object: T): T {
  const { annotations } = object.metadata;
  if (annotations === undefined || !Object.hasOwn(annotations, acceptAnnotation)) return object;
  const { [acceptAnnotation]: _, ...others } = annotations;
  const { annotations: __, ...metadata } = object.metadata;
  const isEmpty = Object.keys(others).length === 0;
  return {
    ...object,
    metadata: { ...metadata, ...(isEmpty ? {} : { annotations: others }) },
  };
}
