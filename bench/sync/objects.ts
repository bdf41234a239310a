/** The objects of the syncer's benchmark: apps of the benchmark's fleet on one cluster. */
import type { JsonObject } from '#model/object.ts';
import { generateFleet, templatesOf } from '../fleet.ts';

/** The manifests of one cluster, by path in its directory. */
export type Manifests = Readonly<Record<string, JsonObject>>;

/** Generates a namespace per team, and apps of five objects each, at most `count` objects in total. */
export function manifestsOf(count: number): Manifests {
  const teams = 30;
  const { apps } = generateFleet({ apps: Math.floor((count - teams) / 5), clusters: 1, seed: 1 });
  const namespaces = [...new Set(apps.map(({ namespace }) => namespace))].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  }));
  // The file name puts namespaces first, because kubectl applies files in alphabetical order.
  return Object.fromEntries([
    ...namespaces.map((object) => [`_cluster/${object.metadata.name}.json`, object]),
    ...apps.flatMap((app) =>
      templatesOf(app).map((object) => [
        `${app.namespace}/${object.kind}_${app.name}.json`,
        object,
      ]),
    ),
  ]);
}

/** Returns the path of an object in the API. */
export function apiPath({ kind, metadata }: JsonObject): string {
  const { name, namespace } = metadata as { readonly name: string; readonly namespace: string };
  const plural = `${String(kind).toLowerCase()}s`.replace('policys', 'policies');
  const groups: Readonly<Record<string, string>> = {
    Deployment: '/apis/apps/v1',
    NetworkPolicy: '/apis/networking.k8s.io/v1',
  };
  return `${groups[String(kind)] ?? '/api/v1'}/namespaces/${namespace}/${plural}/${name}`;
}
