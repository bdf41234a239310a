import type { FileMap } from '#model/files.ts';
import { isAtOrBelow, parentOf } from '#model/folder.ts';
import { byText } from '#model/object.ts';
import { readObjects } from '../parse/documents.ts';

/** File names of a kustomization. */
const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

const chartName = 'Chart.yaml';

/** Folders of charts and kustomizations below `templates`, whose files are not templates themselves. */
export interface BuildFolders {
  /** Folders with a Chart.yaml, outside other charts. */
  readonly charts: readonly string[];
  /** Folders with a kustomization for Kustomize, outside charts. */
  readonly kustomizations: readonly string[];
}

/** Finds the folders of charts and kustomizations below `templates`. */
export function findBuildFolders(files: FileMap, templates: string): BuildFolders {
  const paths = [...files.keys()].filter((path) => path.startsWith(`${templates}/`));
  const named = (names: readonly string[]) =>
    [...new Set(paths.filter((path) => names.includes(nameOf(path))).map(parentOf))].sort(byText);
  const withChart = named([chartName]);
  const charts = withChart.filter(
    (folder) => !withChart.some((other) => other !== folder && isAtOrBelow(folder, other)),
  );
  const kustomizations = named(kustomizationNames).filter(
    (folder) =>
      !charts.some((chart) => isAtOrBelow(folder, chart)) && isForKustomize(files, folder),
  );
  return { charts, kustomizations };
}

/** Returns the path of a folder's kustomization; undefined if the folder does not contain one. */
export function kustomizationIn(files: FileMap, folder: string): string | undefined {
  return kustomizationNames.map((name) => `${folder}/${name}`).find((path) => files.has(path));
}

/** Reports whether a folder's kustomization is for Kustomize: Flux has a kind of the same name in a group of its own. */
export function isForKustomize(files: FileMap, folder: string): boolean {
  const { apiVersion } = headerOf(files, folder);
  return typeof apiVersion !== 'string' || apiVersion.startsWith('kustomize.config.k8s.io/');
}

/** Reports whether a folder has a component, which renders nothing unless a kustomization refers to it. */
export function isComponent(files: FileMap, folder: string): boolean {
  return headerOf(files, folder).kind === 'Component';
}

/** Returns the apiVersion and kind of a folder's kustomization, as far as it can be read. */
function headerOf(files: FileMap, folder: string): Readonly<Record<string, unknown>> {
  const file = kustomizationIn(files, folder);
  const text = file === undefined ? undefined : files.get(file);
  if (file === undefined || typeof text !== 'string') return {};
  // Most kustomizations begin with these lines, which need no parser.
  if (/^apiVersion: kustomize\.config\.k8s\.io\/v1beta1\nkind: Kustomization\n/m.test(text))
    return {};
  const [object] = readObjects({ file, text }, () => {});
  return object?.value ?? {};
}

/** Returns the path of a folder's Chart.yaml; undefined if the folder does not contain one. */
export function chartIn(files: FileMap, folder: string): string | undefined {
  const path = `${folder}/${chartName}`;
  return files.has(path) ? path : undefined;
}

/** Returns the name in a chart's Chart.yaml; '' if it has no name. */
export function chartNameIn(files: FileMap, folder: string): string {
  const [, name = ''] =
    /^name: *["']?([^"'#\s]+)/m.exec(String(files.get(`${folder}/${chartName}`))) ?? [];
  return name;
}

/** Reports whether a chart is a library chart, which renders nothing itself. */
export function isLibrary(files: FileMap, chart: string): boolean {
  return /^type: *["']?library/m.test(String(files.get(`${chart}/${chartName}`)));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
