import type { FileMap } from '#model/files.ts';
import { isAtOrBelow, parentOf } from '#model/folder.ts';
import { byText } from '#model/object.ts';

/** The names that kustomize looks for. */
const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

const chartName = 'Chart.yaml';

/** Folders below `templates` whose files are not templates, but what templates are made from. */
export interface BuildFolders {
  /** With a Chart.yaml, and in no other such folder. */
  readonly charts: readonly string[];
  /** With a kustomization, and in no chart. */
  readonly kustomizations: readonly string[];
}

export function findBuildFolders(files: FileMap, templates: string): BuildFolders {
  const paths = [...files.keys()].filter((path) => path.startsWith(`${templates}/`));
  const named = (names: readonly string[]) =>
    [...new Set(paths.filter((path) => names.includes(nameOf(path))).map(parentOf))].sort(byText);
  const withChart = named([chartName]);
  const charts = withChart.filter(
    (folder) => !withChart.some((other) => other !== folder && isAtOrBelow(folder, other)),
  );
  const kustomizations = named(kustomizationNames).filter(
    (folder) => !charts.some((chart) => isAtOrBelow(folder, chart)),
  );
  return { charts, kustomizations };
}

/** The kustomization of a folder, if it has one. */
export function kustomizationIn(files: FileMap, folder: string): string | undefined {
  return kustomizationNames.map((name) => `${folder}/${name}`).find((path) => files.has(path));
}

/** The Chart.yaml of a folder, if it has one. */
export function chartIn(files: FileMap, folder: string): string | undefined {
  const path = `${folder}/${chartName}`;
  return files.has(path) ? path : undefined;
}

/** The name that a chart's Chart.yaml gives it; '' if it gives none. */
export function chartNameIn(files: FileMap, folder: string): string {
  const [, name = ''] =
    /^name: *["']?([^"'#\s]+)/m.exec(String(files.get(`${folder}/${chartName}`))) ?? [];
  return name;
}

/** Whether a chart has nothing but what others call. */
export function isLibrary(files: FileMap, chart: string): boolean {
  return /^type: *["']?library/m.test(String(files.get(`${chart}/${chartName}`)));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
