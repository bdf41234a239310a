/**
 * Characters that command a terminal, reorder a line or show nothing: control characters with line breaks and tabs,
 * bidirectional and other invisible formatting, fillers, selectors of variants, and halves of surrogate pairs. Two
 * joiners and two selectors stay, because words of some languages and emoji need them.
 */
const commanding =
  /[\p{Cc}\p{Cs}\u2028\u2029\u2800]|(?!\u200c|\u200d|\ufe0e|\ufe0f)[\p{Cf}\p{DI}]/gu;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Returns one line of output in which each character that commands a terminal is an escape, such as
 * `\n` or `\u001b`. The escapes are those of JSON, so that a line of JSON keeps its value.
 */
export function printable(line: string): string {
  // The classes of Unicode cost much more, and most lines need none.
  if (/^[ -~]*$/.test(line)) return line;
  return line.replaceAll(commanding, (character) => short[character] ?? escaped(character));
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** Returns a text of several lines with each of its lines printable. */
export function printableText(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/**
 * Returns a line that no CI system carries out as a command. GitHub Actions reads lines that begin with `::`, and
 * GitHub Actions, Azure Pipelines and TeamCity read `##[…]`, `##vso[…]` and `##teamcity[…]`.
 */
export function inert(line: string): string {
  // Most lines have no two such signs in a row.
  if (!line.includes('::') && !line.includes('##')) return line;
  return line.replace(/^(\s*):(?=:)/, '$1\\u003a').replaceAll(/#(?=#\w*\[)/g, '\\u0023');
}
