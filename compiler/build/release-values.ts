import type { Cluster } from '#model/cluster.ts';
import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { describeObject, type JsonObject } from '#model/object.ts';
import { pathOf } from '#model/pointer.ts';
import type { HelmRelease, ReleaseValues } from '#model/release.ts';
import { type ClusterAffinity, matchesCluster } from '#model/selector.ts';
import type { Locate, Sourced } from '#model/source.ts';
import { unreadable } from '../read/unreadable.ts';
import { pathFrom, reportPath } from './release.ts';
import { mergeLayers, readValues, type ValuesLayer } from './values.ts';
import { resolveVariables, type UnknownVariable } from './variables.ts';

/** All values of a release, in order of precedence. */
export interface Layers {
  readonly base: readonly ValuesLayer[];
  readonly forClusters: readonly {
    readonly affinity: ClusterAffinity;
    readonly layers: readonly ValuesLayer[];
  }[];
  /** Values files that exist. */
  readonly files: readonly string[];
  /** Values files that are missing. */
  readonly absent: readonly string[];
}

/** Reads the values of a release. Reports files that do not exist or contain no values. */
export function readLayers(release: Sourced<HelmRelease>, files: FileMap, report: Report): Layers {
  const named: string[] = [];
  const absent: string[] = [];
  const { spec } = release.object;
  const base = layersOf(spec, '/spec');
  const forClusters = spec.clusterValues.map((entry, index) => ({
    affinity: entry.clusterAffinity,
    layers: layersOf(entry, `/spec/clusterValues/${index}`),
  }));
  return { base, forClusters, files: named, absent };

  function layersOf(given: ReleaseValues, pointer: string): readonly ValuesLayer[] {
    const fromFiles = given.valuesFiles.flatMap((path, index) =>
      fileLayer(path, `${pointer}/valuesFiles/${index}`),
    );
    const at: Locate = (below) => release.at(`${pointer}/values${below}`);
    return [...fromFiles, { values: given.values, at }];
  }

  function fileLayer(path: string, pointer: string): readonly ValuesLayer[] {
    const file = pathFrom(release, path);
    const content = files.get(file);
    if (typeof content === 'object') {
      report(unreadable(content, release.at(pointer)));
      return [];
    }
    if (content !== undefined) {
      named.push(file);
      return readValues(files, file, report);
    }
    if (file !== '') absent.push(file);
    reportPath(release, { path, pointer, what: 'file' }, report);
    return [];
  }
}

/** Returns the layers for all clusters and those for some. */
export function allLayers({ base, forClusters }: Layers): readonly ValuesLayer[] {
  return [...base, ...forClusters.flatMap(({ layers }) => layers)];
}

/** Returns the values of a release by cluster. Reports unknown variables. */
export function valuesByCluster(
  { object }: Sourced<HelmRelease>,
  layers: Layers,
  clusters: readonly Cluster[],
  report: Report,
): ReadonlyMap<Cluster, JsonObject> {
  const unknown: (UnknownVariable & { readonly cluster: Cluster; readonly at: Locate })[] = [];
  const values = new Map(
    clusters.map((cluster) => {
      const chosen = layers.forClusters.filter(({ affinity }) => matchesCluster(affinity, cluster));
      const all = [...layers.base, ...chosen.flatMap((entry) => entry.layers)];
      const resolved = resolveVariables(mergeLayers(all), cluster, (variable) => {
        const layer = all.findLast((candidate) => has(candidate.values, variable.pointer));
        if (layer !== undefined) unknown.push({ ...variable, cluster, at: layer.at });
      });
      return [cluster, resolved];
    }),
  );
  const same = Map.groupBy(unknown, ({ pointer, written }) => `${pointer} ${written}`);
  for (const [first, ...others] of same.values()) {
    if (first === undefined) continue;
    const names = [first, ...others].map(({ cluster }) => cluster.metadata.name).join(', ');
    report({
      code: 'build/unknown-variable',
      severity: 'error',
      message: `${describeObject(object)} uses ${first.written}, which is not defined for ${names}`,
      at: first.at(first.pointer),
      hint: first.hint,
    });
  }
  return values;
}

function has(values: JsonObject, pointer: string): boolean {
  let found: unknown = values;
  for (const key of pathOf(pointer)) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return false;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return true;
}
