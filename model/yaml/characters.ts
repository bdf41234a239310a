/** Classes of characters in YAML, by UTF-16 code unit. The code 0 stands for the end of the text. */

export function isBreak(code: number): boolean {
  return code < 0x85
    ? code === 0x0a || code === 0x0d
    : code === 0x85 || code === 0x2028 || code === 0x2029;
}

export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** A blank, a line break or the end. */
export function isGap(code: number): boolean {
  if (code <= 0x20) return isBlank(code) || code === 0x0a || code === 0x0d || code === 0;
  return code >= 0x85 && isBreak(code);
}

export function isBreakOrEnd(code: number): boolean {
  return code === 0 || isBreak(code);
}

/** A letter, a digit, `_` or `-`, of which names of anchors and tags consist. */
export function isWordCharacter(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    code === 0x2d
  );
}

/** A character that ends a plain scalar inside of a flow collection. */
export function isFlowIndicator(code: number): boolean {
  return (
    code === 0x2c ||
    code === 0x3f ||
    code === 0x5b ||
    code === 0x5d ||
    code === 0x7b ||
    code === 0x7d
  );
}
