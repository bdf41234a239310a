import * as v from 'valibot';

/** Schema of a regular expression that must match a whole name. */
export const wholeName: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.check(isExpression, 'is not a valid regular expression'),
);

function isExpression(text: string): boolean {
  try {
    return new RegExp(text) !== undefined;
  } catch {
    return false;
  }
}
