import type { Cluster } from '#model/cluster.ts';
import type { FileMap } from '#model/files.ts';
import { byText } from '#model/object.ts';
import { checkShape } from '../parse/check.ts';
import { readObjects } from '../parse/documents.ts';
import { cluster } from '../parse/schema/cluster.ts';

const type = 'cluster.karmada.io/v1alpha1';

/** Returns the clusters in some files, ordered by name. The parser reports their faults. */
export function readClusters(files: FileMap, paths: readonly string[]): readonly Cluster[] {
  const clusters = paths.flatMap((file) => {
    const text = files.get(file);
    if (typeof text !== 'string' || !text.includes(type)) return [];
    return readObjects({ file, text }, () => {}).flatMap((raw) => {
      const { apiVersion, kind } = raw.value;
      const isCluster = apiVersion === type && kind === 'Cluster';
      return (isCluster ? checkShape(cluster, raw, '', () => {}) : undefined) ?? [];
    });
  });
  return clusters.toSorted((a, b) => byText(a.metadata.name, b.metadata.name));
}
