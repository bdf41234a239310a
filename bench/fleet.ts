/** The fleet of the benchmark, in a neutral form from which the input of every tool is generated. */
import type { JsonObject } from '#model/object.ts';
import { mulberry32 } from './random.ts';

/** Size of a generated fleet. Equal seeds give equal fleets. */
export interface FleetSize {
  readonly apps: number;
  readonly clusters: number;
  readonly seed: number;
}

export interface BenchCluster {
  readonly name: string;
  readonly region: string;
}

export interface BenchApp {
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  readonly tag: string;
  /** Replicas of each cluster under Duplicated; the total under Divided. */
  readonly replicas: number;
  /** Whether the policy divides the replicas among the clusters. */
  readonly divided: boolean;
  /** Names of the regions in whose clusters the app runs. */
  readonly regions: readonly string[];
  /** Name of the region in which the ConfigMap of the app sets LOG_LEVEL=debug. */
  readonly debugRegion: string;
}

export interface BenchFleet {
  readonly clusters: readonly BenchCluster[];
  readonly apps: readonly BenchApp[];
}

const regionCount = 6;
const regionsPerApp = 2;

/** Generates a fleet. With fewer clusters than regions, some apps have no cluster. */
export function generateFleet({ apps, clusters, seed }: FleetSize): BenchFleet {
  const random = mulberry32(seed);
  const pick = (count: number) => Math.floor(random() * count);
  return {
    clusters: Array.from({ length: clusters }, (_, index) => ({
      name: `cluster-${pad(index)}`,
      region: `region-${index % regionCount}`,
    })),
    apps: Array.from({ length: apps }, (_, index) => {
      const first = pick(regionCount);
      const regions = Array.from(
        { length: regionsPerApp },
        (_, step) => `region-${(first + step) % regionCount}`,
      );
      const divided = index % 3 === 0;
      const perCluster = 1 + pick(5);
      return {
        name: `app-${pad(index)}`,
        namespace: `team-${pad(index % 30)}`,
        image: `docker.io/example/app-${pad(index)}`,
        tag: `1.${pick(20)}.${pick(20)}`,
        replicas: divided ? perCluster * clustersIn(clusters, regions) : perCluster,
        divided,
        regions,
        debugRegion: regions[pick(regionsPerApp)] ?? 'region-0',
      };
    }),
  };
}

/** Returns the registry that replaces docker.io in a region. */
export function mirrorOf(region: string): string {
  return `registry.${region}.example.com`;
}

/** Returns an app's objects before any override for a cluster. */
export function templatesOf(app: BenchApp): readonly JsonObject[] {
  const labels = { app: app.name, team: app.namespace };
  const metadata = { name: app.name, namespace: app.namespace, labels };
  const selector = { app: app.name };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { LOG_LEVEL: 'info', FEATURES: 'a,b,c', GREETING: `hello from ${app.name}` },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      spec: {
        podSelector: { matchLabels: selector },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: { matchLabels: { tier: 'edge' } } }] }],
      },
    },
    deploymentOf(app, metadata),
  ];
}

function deploymentOf(app: BenchApp, metadata: JsonObject): JsonObject {
  const selector = { app: app.name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: app.replicas,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: { ...selector, team: app.namespace } },
        spec: {
          serviceAccountName: app.name,
          containers: [
            {
              name: 'main',
              image: `${app.image}:${app.tag}`,
              envFrom: [{ configMapRef: { name: app.name } }],
              ports: [{ name: 'http', containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 5 },
              resources: {
                requests: { cpu: '100m', memory: '128Mi' },
                limits: { memory: '256Mi' },
              },
            },
          ],
        },
      },
    },
  };
}

/** Returns the replicas of each cluster: the whole count, or an equal share, which is always an integer. */
export function replicasOn(app: BenchApp, fleet: BenchFleet): number {
  return app.divided ? app.replicas / clustersIn(fleet.clusters.length, app.regions) : app.replicas;
}

function clustersIn(clusters: number, regions: readonly string[]): number {
  return Array.from({ length: clusters }, (_, index) => `region-${index % regionCount}`).filter(
    (region) => regions.includes(region),
  ).length;
}

function pad(index: number): string {
  return String(index).padStart(4, '0');
}
