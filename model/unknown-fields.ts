/** Maximum number of fields that a message names. */
const maxNamed = 5;

/** Names fields that an API server does not know, such as `unknown field spec.later`. */
export function nameUnknown(fields: readonly string[]): string {
  const more = fields.length > maxNamed ? ` and ${fields.length - maxNamed} more` : '';
  const word = fields.length === 1 ? 'field' : 'fields';
  return `unknown ${word} ${fields.slice(0, maxNamed).join(', ')}${more}`;
}
