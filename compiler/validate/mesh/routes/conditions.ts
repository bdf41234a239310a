import { type FieldMap, isFieldMap, valueAt } from '#model/object.ts';

/** The fields of a condition of a VirtualService. All of them must hold. */
export type Condition = FieldMap;

/** Fields that affect no request. */
const idle: ReadonlySet<string> = new Set(['name', 'statPrefix', 'ignoreUriCase']);

const texts: ReadonlySet<string> = new Set(['uri', 'scheme', 'method', 'authority']);
const maps: ReadonlySet<string> = new Set(['headers', 'queryParams']);

/** Reports whether every request of one condition is also one of another. A doubt is false. */
export function covers(wide: Condition, narrow: Condition): boolean {
  if (wide['ignoreUriCase'] !== narrow['ignoreUriCase'] && wide['uri'] !== undefined) return false;
  return Object.entries(wide)
    .filter(([field]) => !idle.has(field))
    .every(([field, value]) => implies(field, value, narrow[field]));
}

function implies(field: string, wide: unknown, narrow: unknown): boolean {
  if (texts.has(field)) return coversText(wide, narrow);
  if (maps.has(field) && isFieldMap(wide)) {
    return Object.entries(wide).every(([name, text]) => {
      const own = valueAt(narrow, [name]);
      const isAnyValue = isFieldMap(text) && Object.keys(text).length === 0;
      return isAnyValue ? own !== undefined : coversText(text, own);
    });
  }
  if (field === 'sourceLabels' && isFieldMap(wide)) {
    return Object.entries(wide).every(([name, value]) => valueAt(narrow, [name]) === value);
  }
  if (field === 'gateways' && Array.isArray(wide)) {
    return Array.isArray(narrow) && narrow.every((name) => wide.includes(name));
  }
  return JSON.stringify(wide) === JSON.stringify(narrow);
}

/** Reports whether each text that matches one matcher (`exact`, `prefix` or `regex`) matches another. */
export function coversText(wide: unknown, narrow: unknown): boolean {
  const [kind, value] = matcherOf(wide);
  const [otherKind, other] = matcherOf(narrow);
  if (kind === 'prefix' && (otherKind === 'prefix' || otherKind === 'exact')) {
    return other.startsWith(value);
  }
  return kind !== undefined && kind === otherKind && value === other;
}

/** Returns the kind and the text of a matcher. */
export function matcherOf(
  matcher: unknown,
): readonly ['exact' | 'prefix' | 'regex' | undefined, string] {
  for (const kind of ['exact', 'prefix', 'regex'] as const) {
    const text = valueAt(matcher, [kind]);
    if (typeof text === 'string') return [kind, text];
  }
  return [undefined, ''];
}

/** Reports whether a condition holds for every request. Istio moves rules with such a condition to the end. */
export function isCatchAll(condition: Condition): boolean {
  return Object.entries(condition).every(([field, value]) => {
    if (idle.has(field)) return true;
    const [kind, text] = matcherOf(value);
    if (field !== 'uri') return false;
    return (kind === 'prefix' && text === '/') || (kind === 'regex' && /^(\/?\.\*|\*)$/.test(text));
  });
}

/** Converts a match of an HTTPRoute or GRPCRoute to the fields of a VirtualService. */
export function conditionOfHttpRoute(match: unknown): Condition {
  const kinds: Readonly<Record<string, string>> = {
    Exact: 'exact',
    PathPrefix: 'prefix',
    RegularExpression: 'regex',
  };
  const matcher = (value: unknown, standard: string) => ({
    [kinds[String(valueAt(value, ['type']) ?? standard)] ?? 'regex']: valueAt(value, ['value']),
  });
  const path = valueAt(match, ['path']);
  const method = valueAt(match, ['method']);
  const named = (field: string) => {
    const list = valueAt(match, [field]);
    if (!Array.isArray(list)) return {};
    const entries = list.map((item) => [String(valueAt(item, ['name'])), matcher(item, 'Exact')]);
    return { [field]: Object.fromEntries(entries) };
  };
  return {
    ...(path !== undefined && { uri: matcher(path, 'PathPrefix') }),
    ...(typeof method === 'string' && { method: { exact: method } }),
    ...(isFieldMap(method) && { grpcMethod: method }),
    ...named('headers'),
    ...named('queryParams'),
  };
}
