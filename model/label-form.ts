/** Kubernetes' syntax of label keys and values. */

/** Reports whether a text is a valid key of a label or annotation. */
export function isQualifiedName(text: string): boolean {
  const parts = text.split('/');
  const [name = '', prefix] = parts.toReversed();
  return parts.length <= 2 && isName(name) && (prefix === undefined || isSubdomain(prefix));
}

/** Reports whether a text is a valid label value. */
export function isLabelValue(text: string): boolean {
  return text === '' || isName(text);
}

function isName(text: string): boolean {
  return /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(text);
}

function isSubdomain(text: string): boolean {
  const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
  return text.length <= 253 && new RegExp(`^${label}(\\.${label})*$`).test(text);
}
