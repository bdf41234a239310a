import { parseLock } from '#compiler/parse/lock.ts';
import { diagnosticLines } from '#model/diagnostic.ts';
import { lockFile } from '#model/image-lock.ts';
import { isPlain, quote } from '#model/manifest.ts';
import type { SourceLock } from '#model/remote-source.ts';

const head = 'apiVersion: regatta.dev/v1alpha1\nkind: Lock\n';

/** Returns the text of regatta.lock with its sources replaced and every other line unchanged. */
export function withSources(text: string | undefined, sources: SourceLock): string {
  const lines = (text ?? head).replace(/\n*$/, '\n').split(/(?<=\n)/);
  const [start, end] = blockOf(lines);
  const others = [...lines.slice(0, start), ...lines.slice(end)];
  const entries = [...sources].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const own = entries.map(([key, digest]) => `  ${keyOf(key)}: ${digest}\n`);
  return [...others, ...(own.length === 0 ? [] : ['sources:\n', ...own])].join('');
}

/** Returns the lines of the sources: up to the next key, without the comments above that key. */
function blockOf(lines: readonly string[]): readonly [start: number, end: number] {
  const start = lines.findIndex((line) => /^sources *:/.test(line));
  if (start < 0) return [lines.length, lines.length];
  const next = lines.findIndex((line, index) => index > start && /^[^\s#}]/.test(line));
  const block = lines.slice(start, next < 0 ? lines.length : next);
  return [start, start + block.findLastIndex((line) => !/^(#|\s*$)/.test(line)) + 1];
}

function keyOf(key: string): string {
  return /^\S+$/.test(key) && isPlain(key) ? key : quote(key);
}

/**
 * Checks a text of regatta.lock.
 *
 * @throws Error with the first fault of the text
 */
export function checkLock(text: string): void {
  parseLock({ file: lockFile, text }, (diagnostic) => {
    throw new Error(
      diagnosticLines(diagnostic)
        .map((line) => line.trim())
        .join('; '),
    );
  });
}
