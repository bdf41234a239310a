import { noSuchCluster } from '#model/no-such-cluster.ts';
import type { SourcePort } from './ports/source.ts';
import type { ReportEvent } from './report/events.ts';

interface NamedClustersPorts {
  readonly source: Pick<SourcePort, 'clusterNames'>;
  readonly report: ReportEvent;
}

/** The clusters that the operator names; without names, a syncer syncs all clusters that a commit renders. */
export class NamedClusters {
  readonly #named: readonly string[];
  #missing: readonly string[] = [];

  constructor(named: readonly string[] = []) {
    this.#named = named;
  }

  /** Whether the last commit lacks named clusters. */
  get areMissing(): boolean {
    return this.#missing.length > 0;
  }

  /**
   * Reports each named cluster that a commit does not render.
   *
   * @returns the names of all clusters that the commit renders; undefined if the operator names none
   * @param isKnown - reports whether an earlier commit has rendered a cluster, which then is not misspelt
   */
  async check(
    { source, report }: NamedClustersPorts,
    commit: string,
    isKnown: (cluster: string) => boolean,
    stop: AbortSignal,
  ): Promise<readonly string[] | undefined> {
    if (this.#named.length === 0) return undefined;
    const rendered = await source.clusterNames(commit, stop);
    this.#missing = this.#named.filter((name) => !rendered.includes(name) && !isKnown(name));
    for (const cluster of this.#missing) {
      report({ type: 'refused', cluster, reason: noSuchCluster([cluster], rendered) });
    }
    return rendered;
  }
}
