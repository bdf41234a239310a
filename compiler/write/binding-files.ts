import type { Binding } from '#model/binding.ts';
import { type Text, textOf } from '#model/files.ts';
import { printManifest } from '#model/manifest.ts';
import { byText, type KubeObject } from '#model/object.ts';
import { bindingsHeader } from '#model/rendered.ts';
import { type Memo, memoKey } from '../memo.ts';

/**
 * `<root>/<namespace>.yaml`: what was decided, as ResourceBinding documents in the order of their
 * names; `_cluster.yaml` holds those of cluster-scoped objects. What no policy placed has none.
 */
export function bindingFiles(
  bindings: readonly Binding[],
  root: string,
  memo: Memo,
): ReadonlyMap<string, Text> {
  const objects = bindings.filter(({ policy }) => policy !== undefined).map(toResourceBinding);
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
  const { template, policy, replicas, clusters, affinityName } = binding;
  const { object } = template;
  const { kind, apiVersion, metadata } = object;
  const { name, namespace } = metadata;
  return {
    apiVersion: 'work.karmada.io/v1alpha2',
    kind: namespace === undefined ? 'ClusterResourceBinding' : 'ResourceBinding',
    metadata: {
      name: `${name.replaceAll(':', '.')}-${kind}`.toLowerCase(),
      ...(namespace === undefined ? {} : { namespace }),
      annotations: policy === undefined ? {} : policyAnnotations(policy.object),
    },
    spec: {
      resource: { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) },
      clusters,
      ...(replicas === undefined ? {} : { replicas }),
    },
    ...(affinityName === undefined
      ? {}
      : { status: { schedulerObservingAffinityName: affinityName } }),
  };
}

function policyAnnotations(policy: KubeObject): Readonly<Record<string, string>> {
  const { name, namespace } = policy.metadata;
  if (namespace === undefined) return { 'clusterpropagationpolicy.karmada.io/name': name };
  return {
    'propagationpolicy.karmada.io/name': name,
    'propagationpolicy.karmada.io/namespace': namespace,
  };
}
