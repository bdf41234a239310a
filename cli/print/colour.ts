/** Colours of lines on a terminal. They are added to printed lines, so that no name or message can choose one. */
import { styleText } from 'node:util';

/** Returns a line with colours. */
export type Paint = (line: string) => string;

/**
 * Reports whether output gets colours: on a terminal, unless NO_COLOR is set. FORCE_COLOR adds colours to other output,
 * and `FORCE_COLOR=0` removes them. NO_COLOR has precedence.
 */
export function hasColours(
  { isTTY }: { readonly isTTY?: boolean },
  { NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv,
): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined) return !['0', 'false'].includes(FORCE_COLOR);
  return isTTY === true && TERM !== 'dumb';
}

type Style = Parameters<typeof styleText>[0];

function styled(style: Style, text: string): string {
  return styleText(style, text, { validateStream: false });
}

const severities: Readonly<Record<string, Style>> = {
  error: 'red',
  warning: 'yellow',
  note: 'cyan',
};

/** Colours the severity of a diagnostic, and its hint. */
export function paintDiagnostic(line: string): string {
  const hint = /^( *)(hint:)/.exec(line);
  if (hint) return line.replace('hint:', styled('cyan', 'hint:'));
  return line.replace(/(?<=^\S.*:\d+:\d+: )(error|warning|note)(?= )/, (word) =>
    styled(severities[word] ?? 'reset', word),
  );
}

const lineStyles: readonly (readonly [RegExp, Style])[] = [
  [/^ +- /, 'red'],
  [/^ +\+ /, 'green'],
  [/^ +! /, 'yellow'],
  [/^(added|changed|removed|moved|left) /, 'bold'],
];

/** Colours the lines of a review: old values, new values, risks and headings. */
export function paintReview(line: string): string {
  const style = lineStyles.find(([pattern]) => pattern.test(line))?.[1];
  return style === undefined ? line : styled(style, line);
}

const words: readonly (readonly [Style, readonly string[]])[] = [
  ['green', ['synced', 'ready', 'created', 'configured', 'pruned', 'compiled', 'claimed']],
  ['yellow', ['behind', 'stale', 'suspended', 'drift', 'held', 'waiting', 'postponed', 'warnings']],
  ['red', ['refused', 'failed', 'failing', 'trouble', 'rejected', 'unknown']],
];
const wordStyles = new Map(words.flatMap(([style, all]) => all.map((word) => [word, style])));

/** Colours the second word of a line: what happened to a cluster, after its name and perhaps a time. */
export function paintCluster(line: string): string {
  return line.replace(/(?<=^(?:\d{4}-\S+ )?[^\s:]+ +)[a-z]+(?= |$)/, (word) => {
    const style = wordStyles.get(word) as Style | undefined;
    return style === undefined ? word : styled(style, word);
  });
}
