/** Reports whether a name matches a pattern, in which `*` matches any text. Takes linear time for each `*`. */
export function matchesName(pattern: string, name: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  const end = name.length - last.length;
  let from = first.length;
  for (const part of others) {
    const found = name.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return from <= end;
}

/** Reports whether a name matches one of the patterns. Without patterns every name matches. */
export function isAmong(patterns: readonly string[] | undefined, name: string): boolean {
  return patterns?.some((pattern) => matchesName(pattern, name)) ?? true;
}
