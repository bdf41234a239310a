import type { Report } from '#model/diagnostic.ts';
import { pointerTo } from '#model/pointer.ts';
import type { RawObject } from '../parse/documents.ts';

/** Fields of a kustomization that may name folders with a kustomization of their own. */
export const folderFields: readonly string[] = [
  ...['resources', 'bases', 'components', 'generators', 'transformers', 'validators'],
];

/** What kustomize would fetch: an address, or what it takes for a Git repository. */
export function isRemote(path: string): boolean {
  return (
    /^([a-z][a-z0-9+.-]*::?)?[a-z][a-z0-9+.-]*:\/\//i.test(path) ||
    /^(git::|git@|github\.com[/:])/i.test(path) ||
    /[?&](ref|version)=/.test(path)
  );
}

/** Other fields in which kustomize takes a text for the path of a file or folder. */
const pathField = /^(path|files?|envs?|crds|configurations|patchesStrategicMerge|repo)$/;

/** Reports every address in a kustomization: a compile fetches nothing. */
export function reportRemote({ value, at }: RawObject, report: Report): void {
  for (const { path, text } of textsIn(value, [])) {
    const field = path.findLast((key) => typeof key === 'string') ?? '';
    const source = text.replace(/^[\w.-]+=/, '');
    const isPath = pathField.test(field) || folderFields.includes(field);
    if (!isPath || source.includes('\n') || !isRemote(source)) continue;
    report({
      code: 'build/remote',
      severity: 'error',
      message: `the kustomization takes ${source} from the network`,
      at: at(pointerTo(path)),
      hint: 'copy it into the repository, and name it by its path there',
    });
  }
}

type Path = readonly (string | number)[];

function* textsIn(value: unknown, path: Path): Iterable<{ readonly path: Path; text: string }> {
  if (typeof value === 'string') yield { path, text: value };
  if (typeof value !== 'object' || value === null) return;
  const isList = Array.isArray(value);
  for (const [key, member] of Object.entries(value)) {
    yield* textsIn(member, [...path, isList ? Number(key) : key]);
  }
}
