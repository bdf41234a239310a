/** A line that one commit has and another lacks. */
export interface ChangedLine {
  /** Path relative to the fleet repository. */
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** The lines in which two commits differ. */
export interface ChangedLines {
  readonly added: readonly ChangedLine[];
  readonly removed: readonly ChangedLine[];
}

/**
 * Parses the output of `git diff --unified=0`.
 *
 * @param skip - length of the path of the fleet repository, which the paths in the output start with
 */
export function parseDiff(lines: readonly string[], skip: number): ChangedLines {
  const added: ChangedLine[] = [];
  const removed: ChangedLine[] = [];
  let file = '';
  let [from, to, lost, gained] = [0, 0, 0, 0];
  for (const line of lines) {
    // Lines of a file may look like headers. Therefore, the counts of a hunk decide where it ends.
    if (gained > 0 && line.startsWith('+')) {
      added.push({ file, line: to++, text: line.slice(1) });
      gained--;
    } else if (lost > 0 && line.startsWith('-')) {
      removed.push({ file, line: from++, text: line.slice(1) });
      lost--;
    } else if (gained + lost === 0) {
      file = pathIn(line)?.slice(skip) ?? file;
      [from, lost, to, gained] = hunkIn(line) ?? [from, 0, to, 0];
    }
  }
  return { added, removed };
}

/** Returns the start and the number of the lines that a hunk removes, and of those that it adds. */
function hunkIn(line: string): [number, number, number, number] | undefined {
  const [found, from, lost = 1, to, gained = 1] =
    /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
  if (found === undefined) return undefined;
  return [Number(from), Number(lost), Number(to), Number(gained)];
}

/** Returns the path in the header of a file. Git quotes a name with a quote, a backslash or a control character. */
function pathIn(line: string): string | undefined {
  const [, quoted, plain] = /^(?:---|\+\+\+) (?:"[ab]\/(.*)"|[ab]\/(.*?))\t?$/.exec(line) ?? [];
  return quoted === undefined ? plain : unquoted(quoted);
}

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
};

function unquoted(text: string): string {
  return text.replaceAll(/\\([0-7]{3}|.)/g, (_, sign: string) =>
    sign.length === 3 ? String.fromCharCode(Number.parseInt(sign, 8)) : (escapes[sign] ?? sign),
  );
}
