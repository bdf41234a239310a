import type { Diagnostic, Report } from '#model/diagnostic.ts';
import { resolvePath } from '#model/folder.ts';
import { pointerTo } from '#model/pointer.ts';
import type { KustomizeRemote } from '#model/template-build.ts';
import type { RawObject } from '../parse/documents.ts';
import { isRemote, readAddress } from './address.ts';
import { type Naming, notAllowed, type Remotes } from './remote.ts';

/** Fields of a kustomization that may refer to folders with a kustomization of their own. */
export const folderFields: readonly string[] = [
  ...['resources', 'bases', 'components', 'generators', 'transformers', 'validators'],
];

/** Other fields in which Kustomize reads a text as the path of a file or folder. */
const pathField = /^(path|files?|envs?|crds|configurations|patchesStrategicMerge)$/;

/**
 * Returns the folders of a kustomization's remote sources, by address. Reports addresses that the settings do
 * not allow, that the lock lacks, or that Regatta has not fetched.
 */
export function fetchedFolders(
  { value, at }: RawObject,
  remotes: Remotes,
  report: Report,
): ReadonlyMap<string, KustomizeRemote> {
  const folders = new Map<string, KustomizeRemote>();
  for (const { address, text, pointer, isFolder } of addressesIn(value)) {
    const naming = { by: 'the kustomization', at: at(pointer) };
    const found = isFolder ? readAddress(address) : undefined;
    if (found === undefined) {
      report(isFolder && remotes.isAllowed ? unfit(address, naming) : notAllowed(address, naming));
      continue;
    }
    const top = remotes.folderOf(found.source, naming, report);
    const path = top && resolvePath(top, found.path);
    const isFile = found.source.type === 'file';
    if (top !== undefined && path !== undefined) folders.set(text, { path, top, isFile });
  }
  return folders;
}

interface FoundAddress {
  readonly address: string;
  /** The text as written in the kustomization. */
  readonly text: string;
  readonly pointer: string;
  /** The field accepts folders. */
  readonly isFolder: boolean;
}

function addressesIn(kustomization: unknown): readonly FoundAddress[] {
  return [...textsIn(kustomization, [])].flatMap(({ path, text }) => {
    const field = path.findLast((key) => typeof key === 'string') ?? '';
    const address = text.replace(/^[\w.-]+=/, '');
    const namesFolder = folderFields.includes(field);
    const isPath = pathField.test(field) || namesFolder;
    if (!isPath || address.includes('\n') || !isRemote(address)) return [];
    const isFolder = namesFolder && path.length === 2;
    return [{ address, text, pointer: pointerTo(path), isFolder }];
  });
}

/** Reports an address that Regatta cannot fetch although the settings allow the network. */
function unfit(address: string, naming: Naming): Diagnostic {
  const forms = 'https://HOST/PATH.yaml or https://HOST/REPOSITORY.git//FOLDER?ref=TAG';
  const hint = `use ${forms}, without a password`;
  return { ...notAllowed(address, naming), hint };
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
