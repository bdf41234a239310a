import type { Diagnostic } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { isFieldMap } from '#model/object.ts';
import { pointerTo } from '#model/pointer.ts';
import { readObjects } from '../parse/documents.ts';

/**
 * Returns what to say about a chart whose dependencies are not in its folder charts/; undefined for other errors of Helm.
 */
export function dependencyFault(
  message: string,
  chart: string,
  files: FileMap,
): Pick<Diagnostic, 'message' | 'at' | 'hint'> | undefined {
  const [, list] =
    /found in Chart\.yaml, but missing in charts\/ directory: (.+)$/.exec(message) ?? [];
  const file = `${chart}/Chart.yaml`;
  const text = files.get(file);
  if (list === undefined || typeof text !== 'string') return undefined;
  const names = list.split(', ');
  const [declared] = readObjects({ file, text }, () => {});
  const dependencies = declared?.value.dependencies;
  const index = Array.isArray(dependencies)
    ? dependencies.findIndex((one) => isFieldMap(one) && names.includes(String(one.name)))
    : -1;
  return {
    message: `Chart.yaml names ${list}, which the folder charts/ does not contain`,
    at: declared?.at(index < 0 ? '' : pointerTo(['dependencies', index])) ?? {
      file,
      line: 1,
      column: 1,
    },
    hint: `run helm dependency build ${chart} and commit ${chart}/charts; a chart of the repository can also be a link there`,
  };
}
