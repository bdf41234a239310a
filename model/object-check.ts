/** Requests to the API server's own code, the engine in engines/kubernetes, and its answers. */
import type { KubeObject } from './object.ts';

export type Labels = Readonly<Record<string, string>>;

/** Objects to check, with everything that determines the answers. */
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

/** An object for the API server's code to check. */
export interface ObjectCheck {
  /** Digest of everything that determines the answer. */
  readonly id: string;
  readonly object: KubeObject;
  /** The object before an update; absent if `object` is new. */
  readonly old?: KubeObject;
}

/** A reason why the API server rejects an object. */
export interface FieldError {
  /** Field path in the API server's notation: `spec.ports[0].port`; '' for the whole object. */
  readonly field: string;
  /** Kubernetes' cause type, such as `FieldValueInvalid`. */
  readonly type: string;
  readonly message: string;
}

/** A warning of the API server about an object. */
export interface FieldWarning {
  readonly field?: string;
  readonly message: string;
}

/** The answer to one check. It accepts the object if it has no errors. */
export interface CheckAnswer {
  readonly errors: readonly FieldError[];
  readonly warnings: readonly FieldWarning[];
  /** Checks that were not possible, each with its reason. */
  readonly notChecked: readonly string[];
  /** Status reason of the rejection, such as `Invalid` or `Forbidden`; absent if the API server accepts the object. */
  readonly reason?: string;
  /** Why the engine could not answer; absent if it answered. */
  readonly failed?: string;
}

/** Answers by check id, or why the engine is unavailable. */
export type CheckAnswers =
  | { readonly type: 'answered'; readonly answers: ReadonlyMap<string, CheckAnswer> }
  | { readonly type: 'unavailable'; readonly reason: string };
