import { listClusters } from '#model/cluster-names.ts';
import type { Diagnostic, Report } from '#model/diagnostic.ts';
import type { BuildOutput } from './documents.ts';

interface Fault {
  readonly diagnostic: Diagnostic;
  /** The outputs with the fault. */
  readonly outputs: Set<BuildOutput | undefined>;
}

/**
 * Collects the faults of build output. A release has an output for each set of values, so a fault of its chart can
 * occur many times: it becomes one diagnostic, which names the clusters unless all of them have the fault.
 */
export class OutputFaults {
  readonly #faults = new Map<string, Fault>();

  /** Returns a function that collects the faults of an output. */
  reportOf(output: BuildOutput | undefined): Report {
    return (diagnostic) => {
      const { code, message, at } = diagnostic;
      const key = JSON.stringify([at, code, message]);
      const fault = this.#faults.get(key) ?? { diagnostic, outputs: new Set() };
      this.#faults.set(key, fault);
      fault.outputs.add(output);
    };
  }

  /** Reports the collected faults, in the order of their first occurrence. */
  reportTo(report: Report): void {
    for (const { diagnostic, outputs } of this.#faults.values()) {
      const on = placesOf(outputs);
      report({ ...diagnostic, message: `${diagnostic.message}${on}` });
    }
  }
}

/** Returns ` (on eu-1, eu-2)`, or '' for all clusters. */
function placesOf(outputs: ReadonlySet<BuildOutput | undefined>): string {
  if (outputs.has(undefined)) return '';
  const all = [...outputs].flatMap((output) => (output === undefined ? [] : [output]));
  const clusters = new Set(all.flatMap((output) => output.clusters));
  const isEverywhere = all.some(({ fleetSize }) => fleetSize === clusters.size);
  return isEverywhere ? '' : ` (on ${listClusters(clusters)})`;
}
