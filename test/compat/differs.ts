import assert from 'node:assert/strict';

/** Returns the first lines in which two texts differ, with their number; undefined when they are equal. */
function firstDifferentLines(want: string, got: string): string | undefined {
  if (want === got) return undefined;
  const [wanted, gotten] = [want.split('\n'), got.split('\n')];
  const at = wanted.findIndex((line, index) => line !== gotten[index]);
  const line = at < 0 ? wanted.length : at;
  const shown = (lines: readonly string[], mark: string) =>
    lines
      .slice(line, line + 5)
      .map((text) => `${mark} ${text}`)
      .join('\n');
  return [
    `line ${line + 1} of ${wanted.length} (engine: ${gotten.length} lines)`,
    shown(wanted, '- native:'),
    shown(gotten, '+ engine:'),
  ].join('\n');
}

/** @throws AssertionError that shows the first lines that differ */
export function assertSameText(want: string, got: string): void {
  const difference = firstDifferentLines(want, got);
  if (difference !== undefined) assert.fail(`the engine prints something else: ${difference}`);
}
