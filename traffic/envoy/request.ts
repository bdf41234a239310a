/** A request as a proxy receives it. */
export interface HttpRequest {
  readonly method: string;
  /** `host` or `host:port`, from the Host header. */
  readonly authority: string;
  /** Path with its query. */
  readonly path: string;
  readonly scheme: 'http' | 'https';
  /** Maps lower-case names to values. */
  readonly headers: ReadonlyMap<string, string>;
}

/** Returns the value of a header or pseudo-header; undefined if the request lacks it. */
export function headerOf(request: HttpRequest, name: string): string | undefined {
  switch (name.toLowerCase()) {
    case ':method':
      return request.method;
    case ':authority':
    case 'host':
      return request.authority;
    case ':path':
      return request.path;
    case ':scheme':
      return request.scheme;
    default:
      return request.headers.get(name.toLowerCase());
  }
}

/** Returns the path without its query and fragment. */
export function pathOf({ path }: Pick<HttpRequest, 'path'>): string {
  return path.replace(/[?#].*$/, '');
}

/** Returns the values of a query parameter, in order. */
export function queryValues({ path }: Pick<HttpRequest, 'path'>, name: string): readonly string[] {
  const [, query = ''] = /\?([^#]*)/.exec(path) ?? [];
  return new URLSearchParams(query).getAll(name);
}

/** Returns the host of an authority without its port. */
export function hostOf(authority: string): string {
  return authority.replace(/:\d+$/, '');
}

/** Returns a path as Envoy normalises it: without dot segments and needless percent-encodings. Slashes are not merged. */
export function normalPath(path: string): string {
  const [, own = '', rest = ''] = /^([^?#]*)(.*)$/s.exec(path) ?? [];
  const segments = own
    .replace(/%[0-9a-f]{2}/gi, (code) => {
      const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
      return /[\w.~-]/.test(character) ? character : code;
    })
    .replaceAll('\\', '/')
    .split('/');
  const kept: string[] = [];
  for (const [index, segment] of segments.entries()) {
    if (segment === '..' && kept.length > 1) kept.pop();
    if (segment !== '..' && segment !== '.') kept.push(segment);
    else if (index === segments.length - 1) kept.push('');
  }
  return kept.join('/') + rest;
}
