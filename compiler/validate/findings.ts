import type { ClusterObject } from '#model/binding.ts';
import { listClusters } from '#model/cluster-names.ts';
import { byPosition, type Diagnostic, type Position } from '#model/diagnostic.ts';
import { pathOf } from '#model/pointer.ts';
import type { Decisions } from '../decisions.ts';
import type { Origin } from '../explain/origin.ts';
import { traceOrigins } from '../explain/origins.ts';
import { type Trace, traceAt } from '../explain/trace.ts';

/** A fault of one object on some clusters. */
export interface Finding extends Omit<Diagnostic, 'at'> {
  /** The rendered object on each cluster with the fault. */
  readonly on: readonly ClusterObject[];
  /** JSON pointer to the value at fault in the rendered object. */
  readonly pointer: string;
}

/** Collects findings. Merges findings with the same message and position over all clusters. */
export class Findings {
  readonly #decisions: Decisions;
  readonly #traces = new Map<unknown, Trace>();
  readonly #folded = new Map<string, { at: Diagnostic; clusters: Set<string>; of: Set<string> }>();

  constructor(decisions: Decisions) {
    this.#decisions = decisions;
  }

  add({ on, pointer, ...finding }: Finding): void {
    const [first] = on;
    if (first === undefined) return;
    const diagnostic = { ...finding, at: this.#positionOf(first, pointer) };
    const key = JSON.stringify([diagnostic.at, finding.code, finding.message]);
    const fold = this.#folded.get(key) ?? {
      at: diagnostic,
      clusters: new Set(),
      of: new Set(),
    };
    for (const { cluster } of on) fold.clusters.add(cluster);
    for (const { name } of first.binding.clusters) fold.of.add(name);
    this.#folded.set(key, fold);
  }

  get diagnostics(): readonly Diagnostic[] {
    const all = [...this.#folded.values()].map(({ at, clusters, of }) => {
      const isEverywhere = [...of].every((name) => clusters.has(name));
      return isEverywhere ? at : { ...at, message: `${at.message} (on ${listClusters(clusters)})` };
    });
    return all.sort(byPosition);
  }

  /** Returns the position of the value in the sources: in the template, or in the policy that set it. */
  #positionOf(rendered: ClusterObject, pointer: string): Position {
    const trace = this.#traces.get(rendered.object) ?? traceOrigins(rendered, this.#decisions);
    this.#traces.set(rendered.object, trace);
    const origin: Origin = traceAt(trace, pathOf(pointer)).origin();
    return origin.at ?? rendered.binding.template.at(pointer);
  }
}
