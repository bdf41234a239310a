/** What the API server's own code is asked about objects, and what it answers: see engines/kubernetes. */
import type { KubeObject } from './object.ts';

export type Labels = Readonly<Record<string, string>>;

/** Objects to check, with everything that the answers depend on. */
export interface CheckRequest {
  /** The minor release of Kubernetes that the cluster runs, `1.37`. */
  readonly release: string;
  /** CustomResourceDefinitions of the kinds of the objects. */
  readonly definitions: readonly KubeObject[];
  /** ValidatingAdmissionPolicies with their bindings and parameters. */
  readonly policies: readonly KubeObject[];
  /** Labels of the objects' namespaces, by name. */
  readonly namespaces: Readonly<Record<string, Labels>>;
  readonly checks: readonly ObjectCheck[];
}

export interface ObjectCheck {
  /** Digest of everything that the answer depends on. */
  readonly id: string;
  readonly object: KubeObject;
  /** The object that is to be updated; absent when `object` is to be created. */
  readonly old?: KubeObject;
}

/** A reason for which an API server refuses an object. */
export interface FieldError {
  /** As the API server writes it: `spec.ports[0].port`; '' for the object as a whole. */
  readonly field: string;
  /** `FieldValueInvalid` and so on. */
  readonly type: string;
  readonly message: string;
}

export interface FieldWarning {
  readonly field?: string;
  readonly message: string;
}

export interface CheckAnswer {
  readonly errors: readonly FieldError[];
  readonly warnings: readonly FieldWarning[];
  /** What could not be checked, and why. */
  readonly notChecked: readonly string[];
  /** Why it is refused as a whole, `Invalid`, `Forbidden` and so on; absent when it is accepted. */
  readonly reason?: string;
  /** Why the engine gave no answer at all. */
  readonly failed?: string;
}

/** Answers by the ids of checks, or why there are none. */
export type CheckAnswers =
  | { readonly type: 'answered'; readonly answers: ReadonlyMap<string, CheckAnswer> }
  | { readonly type: 'unavailable'; readonly reason: string };
