/** Generates the fleet as one Helm chart with values per cluster and a precomputed placement. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { type BenchFleet, mirrorOf, replicasOn, templatesOf } from './fleet.ts';

/** Writes `chart/` and `values/<cluster>.yaml` below `root`. */
export async function writeHelm(root: string, fleet: BenchFleet): Promise<void> {
  await mkdir(join(root, 'chart/templates'), { recursive: true });
  await mkdir(join(root, 'values'));
  await writeFile(
    join(root, 'chart/Chart.yaml'),
    dump({ apiVersion: 'v2', name: 'fleet', version: '1.0.0' }),
  );
  await writeFile(join(root, 'chart/templates/apps.yaml'), chartTemplate());
  for (const { name, region } of fleet.clusters) {
    const apps = fleet.apps
      .filter(({ regions }) => regions.includes(region))
      .map((app) => ({
        name: app.name,
        namespace: app.namespace,
        image: `${app.image.replace('docker.io', mirrorOf(region))}:${app.tag}`,
        replicas: replicasOn(app, fleet),
        logLevel: app.debugRegion === region ? 'debug' : 'info',
      }));
    await writeFile(join(root, 'values', `${name}.yaml`), dump({ apps }));
  }
}

/** Derives the templates from an app's manifests, with Helm expressions for fields that differ between clusters. */
function chartTemplate(): string {
  const expression = (name: string) => `{{ .${name} }}`;
  const objects = templatesOf({
    name: 'APP_NAME',
    namespace: 'APP_NAMESPACE',
    image: 'APP_IMAGE',
    tag: 'APP_TAG',
    replicas: 0,
    divided: false,
    regions: [],
    debugRegion: '',
  });
  const text = objects
    .map((object) => dump(object))
    .join('---\n')
    .replaceAll('APP_NAMESPACE', expression('namespace'))
    .replaceAll('APP_NAME', expression('name'))
    .replaceAll('APP_IMAGE:APP_TAG', expression('image'))
    .replace('replicas: 0', `replicas: ${expression('replicas')}`)
    .replace('LOG_LEVEL: info', `LOG_LEVEL: ${expression('logLevel')}`);
  return `{{- range .Values.apps }}\n---\n${text}{{- end }}\n`;
}
