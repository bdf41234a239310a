import type { Position } from '#model/diagnostic.ts';

/** Formats a title with indented lines. Without lines, returns no title either. */
export function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

/** Formats a position as `file:line`, which terminals can open. */
export function place({ file, line }: Position): string {
  return `${file}:${line}`;
}

/** Aligns rows in columns and drops empty columns. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .filter((_, column) => widths[column] !== 0)
      .join('  ')
      .trimEnd(),
  );
}
