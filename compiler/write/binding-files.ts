import {
  type Binding,
  bindingName,
  isPreserved,
  overwrites,
  type Referrer,
  templateDigest,
} from '#model/binding.ts';
import { type Text, textOf } from '#model/files.ts';
import { printManifest } from '#model/manifest.ts';
import { byText, type KubeObject } from '#model/object.ts';
import { bindingsHeader, templateAnnotation } from '#model/rendered.ts';
import { type Memo, memoKey } from '../memo.ts';

/**
 * `<root>/<namespace>.yaml`: what was decided, as ResourceBinding documents in the order of their
 * names; `_cluster.yaml` holds those of cluster-scoped objects. What nothing placed has none.
 */
export function bindingFiles(
  bindings: readonly Binding[],
  root: string,
  memo: Memo,
): ReadonlyMap<string, Text> {
  const objects = bindings.filter(isDecided).map(toResourceBinding);
  const byFile = Map.groupBy(
    objects,
    ({ metadata }) => `${root}/${metadata.namespace ?? '_cluster'}.yaml`,
  );
  return new Map(
    byFile.entries().map(([file, documents]) => {
      const sorted = documents.toSorted((a, b) => byText(sortKey(a), sortKey(b)));
      const texts = sorted.map((document) => print(document, memo));
      return [file, textOf(`${bindingsHeader}\n---\n${texts.join('---\n')}`)];
    }),
  );
}

/** Namespaces that go everywhere by themselves are no decision. */
function isDecided({ policy, requiredBy }: Binding): boolean {
  return policy !== undefined || requiredBy !== undefined;
}

function print(document: KubeObject, memo: Memo): string {
  const key = memoKey('print', JSON.stringify(document));
  const text = (memo.get(key) as string | undefined) ?? printManifest(document);
  memo.set(key, text);
  return text;
}

interface KubeReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

interface ResourceBinding extends KubeObject {
  readonly spec: { readonly resource: KubeReference; readonly [field: string]: unknown };
}

function sortKey({ metadata, spec }: ResourceBinding): string {
  return `${metadata.name}\n${spec.resource.apiVersion}`;
}

function toResourceBinding(binding: Binding): ResourceBinding {
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
