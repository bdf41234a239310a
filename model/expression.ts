import { RE2JS, RE2JSException } from 're2js';

/** Tests names against an expression. */
export type Matches = (name: string) => boolean;

const compiled = new Map<string, Matches>();

/**
 * Compiles an expression of a user in the syntax of RE2, as Go has it. Its test takes linear time, whatever the
 * expression and the name: JavaScript's own engine may take years.
 *
 * @throws Error if the text is not such an expression. Lookarounds and backreferences do not exist in RE2.
 */
export function expression(text: string): Matches {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const pattern = RE2JS.compile(text);
  const matches: Matches = (name) => pattern.matcher(name).find();
  // A running syncer reads many versions of its settings.
  if (compiled.size >= maxCompiled) compiled.clear();
  compiled.set(text, matches);
  return matches;
}

const maxCompiled = 1000;

/**
 * Reports whether an expression matches all of a text, in the syntax of RE2. An expression that is not valid, or longer
 * than 1000 characters, matches nothing.
 */
export function wholeMatch(text: string, value: string): boolean {
  const whole = `^(?:${text})$`;
  if (expressionFault(text) !== undefined || expressionFault(whole) !== undefined) return false;
  return expression(whole)(value);
}

/** Returns why a text is not an expression; undefined if it is one. */
export function expressionFault(text: string): string | undefined {
  if (text.length > maxLength) return `has more than ${maxLength} characters`;
  try {
    expression(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const isBeyond = /\(\?<?[=!]|\\[1-9]|\\k/.test(text);
    return isBeyond
      ? 'is not a valid regular expression: RE2 has no lookarounds and no backreferences'
      : 'is not a valid regular expression in the syntax of RE2';
  }
}

const maxLength = 1000;
