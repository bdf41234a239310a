const timeoutMs = 30_000;
const perPage = 100;
/** Maximum number of pages; a pull request with more comments gets no review. */
const maximumPages = 50;

/** Returns a client of a forge's REST API. Errors name the request, and never a header. */
export function forgeApi(url, headers) {
  async function send(method, path, body) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'regatta' },
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
    return JSON.parse(text);
  }

  async function* pages(path) {
    const separator = path.includes('?') ? '&' : '?';
    for (let page = 1; page <= maximumPages; page++) {
      const items = await send('GET', `${path}${separator}per_page=${perPage}&page=${page}`);
      yield* items;
      if (items.length < perPage) return;
    }
    throw new Error(`${path} has more than ${maximumPages} pages`);
  }

  return { send, pages };
}
