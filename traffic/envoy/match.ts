/** Matches requests as Envoy does. */
import { wholeMatch } from '#model/expression.ts';
import type { HeaderMatcher, QueryParameterMatcher, RouteMatch, StringMatcher } from './config.ts';
import { isGrpc } from './grpc.ts';
import { type HttpRequest, headerOf, pathOf, queryValues } from './request.ts';

/** Reports whether a route's conditions hold for a request: the path, and all headers and query parameters. */
export function matchesRoute(match: RouteMatch, request: HttpRequest): boolean {
  if (match.grpc !== undefined && !isGrpc(request)) return false;
  return (
    matchesPath(match, pathOf(request)) &&
    (match.headers ?? []).every((matcher) => matchesHeader(matcher, request)) &&
    (match.queryParameters ?? []).every((matcher) => matchesQuery(matcher, request))
  );
}

function matchesPath(match: RouteMatch, path: string): boolean {
  const { prefix, path: exact, pathSeparatedPrefix: separated, safeRegex, caseSensitive } = match;
  const fold = (text: string) => (caseSensitive === false ? text.toLowerCase() : text);
  if (exact !== undefined) return fold(path) === fold(exact);
  if (prefix !== undefined) return fold(path).startsWith(fold(prefix));
  if (separated !== undefined) {
    const [given, wanted] = [fold(path), fold(separated)];
    return given === wanted || given.startsWith(`${wanted}/`);
  }
  if (safeRegex !== undefined) return wholeMatch(safeRegex.regex ?? '', path);
  return true;
}

/**
 * Reports whether a header matches. A missing header matches no condition about its value, not even an inverted one,
 * unless it counts as empty.
 */
function matchesHeader(matcher: HeaderMatcher, request: HttpRequest): boolean {
  const { name = '', presentMatch, invertMatch = false, treatMissingHeaderAsEmpty } = matcher;
  const given = headerOf(request, name);
  const value = treatMissingHeaderAsEmpty ? (given ?? '') : given;
  if (presentMatch !== undefined) return ((value !== undefined) === presentMatch) !== invertMatch;
  const test = valueTest(matcher);
  if (test === undefined) return (value !== undefined) !== invertMatch;
  return value !== undefined && test(value) !== invertMatch;
}

function valueTest(matcher: HeaderMatcher): ((value: string) => boolean) | undefined {
  const { stringMatch, rangeMatch } = matcher;
  if (rangeMatch !== undefined) {
    const [start, end] = [Number(rangeMatch.start ?? 0), Number(rangeMatch.end ?? 0)];
    return (value) => /^-?\d+$/.test(value) && Number(value) >= start && Number(value) < end;
  }
  const string = stringMatch ?? formerMatch(matcher);
  return string === undefined ? undefined : (value) => matchesString(string, value);
}

function formerMatch(matcher: HeaderMatcher): StringMatcher | undefined {
  const { exactMatch: exact, prefixMatch: prefix, suffixMatch: suffix } = matcher;
  const { containsMatch: contains, safeRegexMatch: safeRegex } = matcher;
  if (exact !== undefined) return { exact };
  if (prefix !== undefined) return { prefix };
  if (suffix !== undefined) return { suffix };
  if (contains !== undefined) return { contains };
  return safeRegex === undefined ? undefined : { safeRegex };
}

/** Compares only the first value of a parameter that occurs several times. */
function matchesQuery(matcher: QueryParameterMatcher, request: HttpRequest): boolean {
  const [value] = queryValues(request, matcher.name ?? '');
  if (matcher.stringMatch === undefined) {
    return (value !== undefined) === (matcher.presentMatch ?? true);
  }
  return value !== undefined && matchesString(matcher.stringMatch, value);
}

/** Reports whether a text matches. A regular expression must match all of the text, in the syntax of RE2. */
export function matchesString(matcher: StringMatcher, value: string): boolean {
  const { exact, prefix, suffix, contains, safeRegex, ignoreCase = false } = matcher;
  if (safeRegex !== undefined) return wholeMatch(safeRegex.regex ?? '', value);
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  const given = fold(value);
  if (exact !== undefined) return given === fold(exact);
  if (prefix !== undefined) return given.startsWith(fold(prefix));
  if (suffix !== undefined) return given.endsWith(fold(suffix));
  return contains !== undefined && given.includes(fold(contains));
}
