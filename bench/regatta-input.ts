/** Generates the fleet as a fleet repository. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import type { JsonObject } from '#model/object.ts';
import { type BenchApp, type BenchFleet, mirrorOf, templatesOf } from './fleet.ts';

/** Writes clusters, templates and policies below `root`, one file per app. */
export async function writeFleetRepository(root: string, fleet: BenchFleet): Promise<void> {
  const write = async (file: string, objects: readonly JsonObject[]) =>
    writeFile(join(root, file), objects.map((object) => dump(object)).join('---\n'));
  for (const folder of ['clusters', 'templates', 'policies']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  for (const { name, region } of fleet.clusters) {
    await write(`clusters/${name}.yaml`, [
      {
        apiVersion: 'cluster.karmada.io/v1alpha1',
        kind: 'Cluster',
        metadata: { name, labels: { region } },
        spec: { syncMode: 'Push', region },
      },
    ]);
  }
  for (const app of fleet.apps) {
    await write(`templates/${app.name}.yaml`, templatesOf(app));
    await write(`policies/${app.name}.yaml`, policiesOf(app));
  }
  const regions = new Set(fleet.clusters.map(({ region }) => region));
  await write('policies/regions.yaml', [...regions].map(mirrorPolicy));
}

function policiesOf(app: BenchApp): readonly JsonObject[] {
  const metadata = { name: app.name, namespace: app.namespace };
  const select = (object: JsonObject) => ({
    apiVersion: object.apiVersion ?? '',
    kind: object.kind ?? '',
    name: app.name,
  });
  const replicaScheduling = app.divided
    ? { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Weighted' }
    : { replicaSchedulingType: 'Duplicated' };
  return [
    {
      apiVersion: 'policy.karmada.io/v1alpha1',
      kind: 'PropagationPolicy',
      metadata,
      spec: {
        resourceSelectors: templatesOf(app).map(select),
        placement: {
          clusterAffinity: {
            fieldSelector: {
              matchExpressions: [{ key: 'region', operator: 'In', values: app.regions }],
            },
          },
          replicaScheduling,
        },
      },
    },
    {
      apiVersion: 'policy.karmada.io/v1alpha1',
      kind: 'OverridePolicy',
      metadata,
      spec: {
        resourceSelectors: [{ apiVersion: 'v1', kind: 'ConfigMap', name: app.name }],
        overrideRules: [
          {
            targetCluster: { labelSelector: { matchLabels: { region: app.debugRegion } } },
            overriders: {
              plaintext: [{ path: '/data/LOG_LEVEL', operator: 'replace', value: 'debug' }],
            },
          },
        ],
      },
    },
  ];
}

/** Returns the override that makes all images of a region come from its own registry. */
function mirrorPolicy(region: string): JsonObject {
  return {
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'ClusterOverridePolicy',
    metadata: { name: `mirror-${region}` },
    spec: {
      resourceSelectors: [{ apiVersion: 'apps/v1', kind: 'Deployment' }],
      overrideRules: [
        {
          targetCluster: { labelSelector: { matchLabels: { region } } },
          overriders: {
            imageOverrider: [
              { component: 'Registry', operator: 'replace', value: mirrorOf(region) },
            ],
          },
        },
      ],
    },
  };
}
