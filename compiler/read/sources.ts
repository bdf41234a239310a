import type { Report } from '#model/diagnostic.ts';
import type { FileContent, FileMap, Unreadable } from '#model/files.ts';
import { byText } from '#model/object.ts';
import { unreadable } from './unreadable.ts';

/** A file to parse. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/**
 * Maximum size of a file, in UTF-16 code units. It is many times larger than any object that an API server
 * accepts.
 */
const maxLength = 16 * 1024 * 1024;

/** The folders to read. */
export interface SourceFolders {
  readonly roots: readonly string[];
  /** Folders below them whose files are not manifests. */
  readonly except?: readonly string[];
}

/**
 * Returns the files that may contain objects, ordered by path: YAML and JSON below the given
 * folders, except names that start with a dot. Reports a link that Regatta cannot follow whatever its name,
 * because it may lead to a folder of manifests.
 */
export function readSources(
  files: FileMap,
  { roots, except = [] }: SourceFolders,
  report: Report,
): readonly SourceFile[] {
  const isBelow = (file: string) => (root: string) => file.startsWith(`${root}/`);
  const isLinked = (file: string) => isLink(files.get(file)) && !isHidden(file);
  return [...files.keys()]
    .filter((file) =>
      roots.some(isBelow(file))
        ? isManifest(file) || isLinked(file)
        : roots.includes(file) && isLinked(file),
    )
    .filter((file) => !except.some(isBelow(file)))
    .sort(byText)
    .flatMap((file) => readSource(files, file, report));
}

/** Reports whether the path of a file is that of a manifest. */
function isManifest(file: string): boolean {
  return /\.(ya?ml|json)$/.test(file) && !isHidden(file);
}

function isHidden(file: string): boolean {
  return /(^|\/)\./.test(file);
}

/** Reports whether a file has no readable content, such as a link or a socket. */
function isLink(content: FileContent | undefined): boolean {
  return typeof content === 'object' && content.base64 === undefined;
}

/** Returns the text of one file. Reports a file that Regatta cannot read. */
export function readSource(files: FileMap, file: string, report: Report): readonly SourceFile[] {
  const content = files.get(file);
  if (content === undefined) return [];
  const fault = typeof content === 'string' ? excess(content) : content;
  if (typeof content === 'string' && fault === undefined) return [{ file, text: content }];
  if (fault !== undefined) report(unreadable(fault, { file, line: 1, column: 1 }));
  return [];
}

function excess({ length }: string): Unreadable | undefined {
  const reason = `it has more than ${maxLength} characters`;
  return length > maxLength ? { reason } : undefined;
}
