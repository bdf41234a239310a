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
  let [file, from, to] = ['', 0, 0];
  for (const line of lines) {
    const path = /^(?:---|\+\+\+) [ab]\/(.*?)\t?$/.exec(line)?.[1];
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (path !== undefined) file = path.slice(skip);
    else if (hunk !== null) [from, to] = [Number(hunk[1]), Number(hunk[2])];
    else if (line.startsWith('+') && !line.startsWith('+++')) {
      added.push({ file, line: to++, text: line.slice(1) });
    } else if (line.startsWith('-') && !line.startsWith('---')) {
      removed.push({ file, line: from++, text: line.slice(1) });
    }
  }
  return { added, removed };
}
