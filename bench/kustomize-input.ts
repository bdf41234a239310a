/** Generates the fleet as Kustomize overlays, one per cluster, with a precomputed placement. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import type { JsonObject } from '#model/object.ts';
import {
  type BenchApp,
  type BenchCluster,
  type BenchFleet,
  mirrorOf,
  replicasOn,
  templatesOf,
} from './fleet.ts';

/**
 * How the overlays change their base. With `images`, each overlay uses the fields `images` and
 * `replicas`. With `flat`, it uses only patches.
 */
export type KustomizeStyle = 'images' | 'flat';

/** Writes `apps/<app>.yaml` and `<cluster>/kustomization.yaml` below `root`. */
export async function writeKustomize(
  root: string,
  fleet: BenchFleet,
  style: KustomizeStyle,
): Promise<void> {
  await mkdir(join(root, 'apps'), { recursive: true });
  for (const app of fleet.apps) {
    await mkdir(join(root, 'apps', app.name));
    const text = templatesOf(app)
      .map((object) => dump(object))
      .join('---\n');
    await writeFile(join(root, 'apps', app.name, 'app.yaml'), text);
    await writeFile(
      join(root, 'apps', app.name, 'kustomization.yaml'),
      dump({ resources: ['app.yaml'] }),
    );
  }
  for (const cluster of fleet.clusters) {
    await mkdir(join(root, cluster.name));
    const overlay = overlayOf(cluster, fleet, style);
    await writeFile(join(root, cluster.name, 'kustomization.yaml'), dump(overlay));
  }
}

function overlayOf(cluster: BenchCluster, fleet: BenchFleet, style: KustomizeStyle): JsonObject {
  const apps = fleet.apps.filter(({ regions }) => regions.includes(cluster.region));
  const resources = apps.map(({ name }) => `../apps/${name}`);
  const debug = apps
    .filter(({ debugRegion }) => debugRegion === cluster.region)
    .map((app) => replace('ConfigMap', app.name, '/data/LOG_LEVEL', 'debug'));
  const image = (app: BenchApp) => app.image.replace('docker.io', mirrorOf(cluster.region));
  if (style === 'images') {
    return {
      resources,
      patches: debug,
      images: apps.map((app) => ({ name: app.image, newName: image(app) })),
      replicas: apps.map((app) => ({ name: app.name, count: replicasOn(app, fleet) })),
    };
  }
  const path = '/spec/template/spec/containers/0/image';
  const deployments = apps.flatMap((app) => [
    replace('Deployment', app.name, path, `${image(app)}:${app.tag}`),
    ...(app.divided
      ? [replace('Deployment', app.name, '/spec/replicas', replicasOn(app, fleet))]
      : []),
  ]);
  return { resources, patches: [...debug, ...deployments] };
}

function replace(kind: string, name: string, path: string, value: string | number): JsonObject {
  return { target: { kind, name }, patch: dump([{ op: 'replace', path, value }]) };
}
