import {
  type Binding,
  bindingName,
  isPreserved,
  overwrites,
  type Referrer,
  type TargetCluster,
  templateDigest,
} from '#model/binding.ts';
import type { Text } from '#model/files.ts';
import { printManifest } from '#model/manifest.ts';
import { byText, type KubeObject } from '#model/object.ts';
import { bindingsHeader, templateAnnotation } from '#model/rendered.ts';

/** A file of `bindings/`. */
export interface BindingFile {
  readonly path: string;
  readonly content: Text;
  /** The documents in the order of the file. */
  readonly documents: readonly BindingDocument[];
}

/** Prints the documents of the file at a path. */
export type PrintBindings = (path: string, documents: readonly BindingDocument[]) => Text;

/**
 * Returns the files of `bindings/`: the placements as ResourceBinding documents, ordered by name. The file
 * `<root>/<namespace>.yaml` contains those of a namespace, and `_cluster.yaml` those of cluster-scoped
 * objects. An object without a policy or dependents has no document.
 */
export function bindingFiles(
  bindings: readonly Binding[],
  root: string,
  print: PrintBindings,
): readonly BindingFile[] {
  const objects = bindings.filter(isDecided).map(toResourceBinding);
  const byFile = Map.groupBy(
    objects,
    ({ metadata }) => `${root}/${metadata.namespace ?? '_cluster'}.yaml`,
  );
  return Array.from(byFile, ([path, unsorted]) => {
    const documents = unsorted.toSorted((a, b) => byText(sortKey(a), sortKey(b)));
    return { path, content: print(path, documents), documents };
  });
}

/** Reports whether a binding records a placement. Namespaces that go everywhere without a policy do not. */
function isDecided({ policy, requiredBy }: Binding): boolean {
  return policy !== undefined || requiredBy !== undefined;
}

/** Prints the documents of one file. */
export function printBindings(documents: readonly BindingDocument[]): string {
  return `${bindingsHeader}\n---\n${documents.map((document) => printManifest(document)).join('---\n')}`;
}

interface KubeReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** A ResourceBinding or ClusterResourceBinding. */
export interface BindingDocument extends KubeObject {
  readonly spec: {
    readonly resource: KubeReference;
    readonly clusters?: readonly TargetCluster[];
    readonly suspension?: { readonly scheduling: boolean };
    readonly [field: string]: unknown;
  };
  readonly status?: { readonly schedulerObservingAffinityName: string };
}

function sortKey({ metadata, spec }: BindingDocument): string {
  return `${metadata.name}\n${spec.resource.apiVersion}`;
}

function toResourceBinding(binding: Binding): BindingDocument {
  const { template, policy, replicas, clusters, affinityName, requiredBy = [] } = binding;
  const { kind, apiVersion, metadata } = template.object;
  const home = metadata.namespace === undefined ? {} : { namespace: metadata.namespace };
  return {
    apiVersion: 'work.karmada.io/v1alpha2',
    kind: metadata.namespace === undefined ? 'ClusterResourceBinding' : 'ResourceBinding',
    metadata: { name: bindingName(template.object), ...home, ...notesOf(binding) },
    spec: {
      resource: { apiVersion, kind, name: metadata.name, ...home },
      ...(policy === undefined ? {} : { clusters }),
      ...(replicas === undefined ? {} : { replicas }),
      ...(requiredBy.length === 0 ? {} : { requiredBy: requiredBy.map(toSnapshot) }),
      ...(overwrites(binding) ? { conflictResolution: 'Overwrite' } : {}),
      ...(isPreserved(binding) ? { preserveResourcesOnDeletion: true } : {}),
      ...(binding.previous?.isSuspended ? { suspension: { scheduling: true } } : {}),
    },
    ...(affinityName === undefined
      ? {}
      : { status: { schedulerObservingAffinityName: affinityName } }),
  };
}

function toSnapshot({ template, clusters }: Referrer): object {
  const { namespace = '' } = template.object.metadata;
  return { namespace, name: bindingName(template.object), clusters };
}

function notesOf(binding: Binding): { annotations?: Readonly<Record<string, string>> } {
  const { policy } = binding;
  if (policy === undefined) return {};
  const isLazy = policy.object.spec.activationPreference === 'Lazy';
  const digest = isLazy ? { [templateAnnotation]: templateDigest(binding) } : {};
  return { annotations: { ...policyAnnotations(policy.object), ...digest } };
}

function policyAnnotations(policy: KubeObject): Readonly<Record<string, string>> {
  const { name, namespace } = policy.metadata;
  if (namespace === undefined) return { 'clusterpropagationpolicy.karmada.io/name': name };
  return {
    'propagationpolicy.karmada.io/name': name,
    'propagationpolicy.karmada.io/namespace': namespace,
  };
}
