import { bindingName } from '#model/binding.ts';
import { printManifest } from '#model/manifest.ts';
import type { KubeObject } from '#model/object.ts';
import { bindingsHeader } from '#model/rendered.ts';
import type { CaseState, KarmadaCase } from './karmada-case.ts';

/** Returns the fleet repository of a case, as texts by path. Each previous placement becomes a binding. */
export function repositoryOf({
  files,
  config,
  state = {},
}: KarmadaCase): ReadonlyMap<string, string> {
  const fleet = { apiVersion: 'regatta.dev/v1alpha1', kind: 'Fleet', spec: config ?? {} };
  const bindings = Object.entries(state).map(([object, before]) => bindingOf(object, before));
  const byFile = Map.groupBy(bindings, ({ metadata }) => metadata.namespace ?? '_cluster');
  return new Map([
    ...Object.entries(files),
    ['regatta.yaml', `${JSON.stringify(fleet)}\n`],
    ...byFile
      .entries()
      .map(([name, documents]): [string, string] => [
        `bindings/${name}.yaml`,
        `${bindingsHeader}\n---\n${documents.map(printManifest).join('---\n')}`,
      ]),
  ]);
}

function bindingOf(
  object: string,
  { clusters, observedAffinityName, reschedule }: CaseState,
): KubeObject {
  const resource = resourceOf(object);
  const { namespace } = resource.metadata;
  const home = namespace === undefined ? {} : { namespace };
  return {
    apiVersion: 'work.karmada.io/v1alpha2',
    kind: namespace === undefined ? 'ClusterResourceBinding' : 'ResourceBinding',
    metadata: { name: bindingName(resource), ...home },
    spec: {
      resource: {
        apiVersion: resource.apiVersion,
        kind: resource.kind,
        ...home,
        name: resource.metadata.name,
      },
      clusters,
      ...(reschedule ? { rescheduleTriggeredAt: '2026-01-01T00:00:00Z' } : {}),
    },
    ...(observedAffinityName === undefined
      ? {}
      : { status: { schedulerObservingAffinityName: observedAffinityName } }),
  };
}

/** Parses names such as `apps/v1/Deployment/shop/web` and `v1/Namespace/shop`. */
function resourceOf(text: string): KubeObject {
  const parts = text.split('/');
  const apiVersion = parts.splice(0, /^v\d+((alpha|beta)\d+)?$/.test(parts[0] ?? '') ? 1 : 2);
  const [kind = '', ...rest] = parts;
  const name = rest.pop() ?? '';
  const [namespace] = rest;
  return {
    apiVersion: apiVersion.join('/'),
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  };
}
