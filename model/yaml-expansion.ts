/** Maximum depth of nested values. An alias that contains itself is infinitely deep. */
const maxDepth = 200;

/** Number of characters and values beyond those of the text, which only aliases can produce. */
const allowance = 1_000_000;

/**
 * Reports whether YAML documents are far larger than their text, because aliases repeat a value endlessly or
 * many times. They may have as many characters and values as the text has characters, and a million more.
 */
export function isInflated(documents: readonly unknown[], textLength: number): boolean {
  let left = textLength + allowance;
  const exceeds = (value: unknown, depth: number): boolean => {
    left -= typeof value === 'string' ? value.length + 1 : 1;
    if (left < 0 || depth > maxDepth) return true;
    if (typeof value !== 'object' || value === null) return false;
    return Object.entries(value).some(([key, member]) => {
      left -= Array.isArray(value) ? 0 : key.length;
      return exceeds(member, depth + 1);
    });
  };
  return documents.some((document) => exceeds(document, 0));
}

/** The fault of such documents. */
export const inflated = 'aliases expand the document endlessly, or to many times its size';
