import * as v from 'valibot';

/** A regular expression that a whole name has to match. */
export const wholeName: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.check(isExpression, 'is no regular expression'),
);

function isExpression(text: string): boolean {
  try {
    return new RegExp(text) !== undefined;
  } catch {
    return false;
  }
}
