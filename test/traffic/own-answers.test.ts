import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CorsPolicy, RedirectAction, Route, RouteMatch } from '#traffic/envoy/config.ts';
import { isAnsweredPreflight } from '#traffic/envoy/cors.ts';
import { ownAnswer } from '#traffic/envoy/grpc.ts';
import type { HttpRequest } from '#traffic/envoy/request.ts';
import { redirectionOf } from '#traffic/way/rewrite.ts';

const headers = (given: Readonly<Record<string, string>>) => new Map(Object.entries(given));

const request: HttpRequest = {
  ...{ method: 'GET', authority: 'shop.example.com', path: '/a/x', scheme: 'http' },
  headers: new Map(),
};

describe('the target of a redirect', () => {
  const cases: readonly {
    readonly name: string;
    readonly redirect: RedirectAction;
    readonly want: string;
    readonly match?: RouteMatch;
    readonly from?: Partial<HttpRequest>;
  }[] = [
    {
      name: 'keeps the query with a new path',
      ...{ redirect: { pathRedirect: '/b' }, from: { path: '/a?q=1' } },
      want: 'http://shop.example.com/b?q=1',
    },
    {
      name: 'prefers the query of the new path',
      ...{ redirect: { pathRedirect: '/b?p=2', stripQuery: true }, from: { path: '/a?q=1' } },
      want: 'http://shop.example.com/b?p=2',
    },
    {
      name: 'removes the query on demand',
      ...{ redirect: { stripQuery: true }, from: { path: '/a?q=1' } },
      want: 'http://shop.example.com/a',
    },
    {
      name: 'keeps the path if the new one is empty',
      redirect: { pathRedirect: '', hostRedirect: 'new.example.com' },
      want: 'http://new.example.com/a/x',
    },
    {
      name: 'adds the first slash',
      redirect: { pathRedirect: 'b' },
      want: 'http://shop.example.com/b',
    },
    {
      name: 'keeps another port of the request with a new scheme',
      ...{ redirect: { httpsRedirect: true }, from: { authority: 'shop.example.com:8080' } },
      want: 'https://shop.example.com:8080/a/x',
    },
    {
      name: 'removes the default port of the old scheme with a new one',
      ...{ redirect: { schemeRedirect: 'https' }, from: { authority: 'shop.example.com:80' } },
      want: 'https://shop.example.com/a/x',
    },
    {
      name: 'replaces the port of the request',
      ...{ redirect: { portRedirect: 8443 }, from: { authority: 'shop.example.com:8080' } },
      want: 'http://shop.example.com:8443/a/x',
    },
    {
      name: 'replaces the prefix that the route matched',
      ...{ redirect: { prefixRewrite: '/c' }, match: { pathSeparatedPrefix: '/a' } },
      want: 'http://shop.example.com/c/x',
    },
    {
      name: 'replaces what an expression matches',
      redirect: { regexRewrite: { pattern: { regex: '^/a(/?)(.*)' }, substitution: '/\\2' } },
      want: 'http://shop.example.com/x',
    },
  ];
  for (const { name, redirect, want, match = { prefix: '/a' }, from = {} } of cases) {
    it(name, () => {
      const { location } = redirectionOf({ match }, redirect, { ...request, ...from });
      assert.equal(location, want);
    });
  }
});

describe('a preflight request', () => {
  const asked = { origin: 'https://a.example.com', 'access-control-request-method': 'GET' };
  const isAnswered = (
    policy: CorsPolicy,
    given: Partial<HttpRequest> = {},
    route: Route = { route: { cluster: 'any' } },
  ): boolean =>
    isAnsweredPreflight(
      { ...route, typedPerFilterConfig: { 'envoy.filters.http.cors': policy } },
      { ...request, method: 'OPTIONS', headers: headers(asked), ...given },
    );
  const own: CorsPolicy = { allowOriginStringMatch: [{ exact: 'https://a.example.com' }] };
  const other: CorsPolicy = { allowOriginStringMatch: [{ exact: 'https://b.example.com' }] };

  it('is answered by the proxy if the origin is allowed', () => {
    assert.ok(isAnswered(own));
    assert.ok(isAnswered({ allowOriginStringMatch: [{ exact: '*' }] }));
    assert.ok(!isAnswered(other));
  });

  it('is answered for any origin if the policy forwards no others', () => {
    assert.ok(isAnswered({ ...other, forwardNotMatchingPreflights: false }));
  });

  it('has the method OPTIONS and names an origin and a method', () => {
    assert.ok(!isAnswered(own, { method: 'GET' }));
    assert.ok(!isAnswered(own, { headers: headers({ origin: 'https://a.example.com' }) }));
    assert.ok(!isAnswered(own, { headers: headers({ 'access-control-request-method': 'GET' }) }));
  });

  it('is not answered by a route that forwards nothing', () => {
    assert.ok(!isAnswered(own, {}, { redirect: {} }));
  });
});

describe('a proxy’s own answer', () => {
  const answer = (type: string, status: number) =>
    ownAnswer({ ...request, headers: headers({ 'content-type': type }) }, status);

  it('has the status of gRPC if the request is one of gRPC', () => {
    assert.deepEqual(answer('application/grpc', 404), { status: 200, grpcStatus: 12 });
    assert.deepEqual(answer('application/grpc+proto', 503), { status: 200, grpcStatus: 14 });
    assert.deepEqual(answer('application/grpc', 418), { status: 200, grpcStatus: 2 });
  });

  it('has the HTTP status otherwise', () => {
    assert.deepEqual(answer('application/grpc-web', 404), { status: 404 });
    assert.deepEqual(answer('text/plain', 404), { status: 404 });
  });
});
