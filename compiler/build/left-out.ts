import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { isForKustomize, kustomizationIn } from './folders.ts';
import type { PlannedKustomization } from './kustomization.ts';

/** Warns of kustomizations in folders of charts, unless another kustomization builds them. */
export function reportLeftOut(
  files: FileMap,
  charts: readonly string[],
  kustomizations: readonly PlannedKustomization[],
  report: Report,
): void {
  const built = new Set(kustomizations.flatMap(({ build }) => build.folders));
  for (const chart of charts) {
    const file = kustomizationIn(files, chart);
    if (file === undefined || built.has(chart) || !isForKustomize(files, chart)) continue;
    report({
      code: 'build/left-out-kustomization',
      severity: 'warning',
      message: `${file} is not built: its folder has a Chart.yaml, and Regatta renders it as a chart`,
      at: { file, line: 1, column: 1 },
      hint: 'move the kustomization and its files to a separate folder, or remove it',
    });
  }
}
