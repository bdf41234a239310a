import type { Report } from '#model/diagnostic.ts';
import type { FileContent, FileMap, Unreadable } from '#model/files.ts';
import { byText } from '#model/object.ts';
import { unreadable } from './unreadable.ts';

/** A file to parse. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/** Larger than any manifest that an API server takes, many times over. */
const maxLength = 16 * 1024 * 1024;

export interface SourceFolders {
  readonly roots: readonly string[];
  /** Folders in them whose files are read in another way. */
  readonly except?: readonly string[];
}

/**
 * The files that may hold objects, by path: YAML and JSON below the given folders. Names that start
 * with a dot are passed over, as ls does. A link that cannot be followed is reported whatever its name:
 * behind it may be a folder of them.
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

/** Whether a file is read as manifests, by its path. */
function isManifest(file: string): boolean {
  return /\.(ya?ml|json)$/.test(file) && !isHidden(file);
}

function isHidden(file: string): boolean {
  return /(^|\/)\./.test(file);
}

/** Whether nothing can be said of what a file holds: a link, a socket. */
function isLink(content: FileContent | undefined): boolean {
  return typeof content === 'object' && content.base64 === undefined;
}

/** The text of one file; none, and a report, when it cannot be read. */
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
