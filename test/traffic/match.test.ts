import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RouteMatch } from '#traffic/envoy/config.ts';
import { matchesRoute } from '#traffic/envoy/match.ts';
import type { HttpRequest } from '#traffic/envoy/request.ts';
import { virtualHostFor } from '#traffic/envoy/virtual-host.ts';

const plain: HttpRequest = {
  ...{ method: 'GET', authority: 'shop.example.com:8080', path: '/cart/items?id=7&id=8' },
  scheme: 'http',
  headers: new Map([['end-user', 'jason']]),
};

const header = (matcher: object): RouteMatch => ({ prefix: '/', headers: [matcher] });
const query = (matcher: object): RouteMatch => ({ prefix: '/', queryParameters: [matcher] });

const rows: readonly (readonly [string, RouteMatch, boolean])[] = [
  ['a prefix', { prefix: '/ca' }, true],
  ['a prefix in another case', { prefix: '/CA' }, false],
  ['a prefix without regard to case', { prefix: '/CA', caseSensitive: false }, true],
  ['an exact path, without the query', { path: '/cart/items' }, true],
  ['an exact path that is only a prefix', { path: '/cart' }, false],
  ['a separated prefix', { pathSeparatedPrefix: '/cart' }, true],
  ['a separated prefix that ends inside a segment', { pathSeparatedPrefix: '/car' }, false],
  ['an expression for the whole path', { safeRegex: { regex: '/cart/(items|total)' } }, true],
  ['an expression for a part of the path', { safeRegex: { regex: '/cart' } }, false],
  ['an alternative for a part of the path', { safeRegex: { regex: '/cart|/x' } }, false],
  ['an expression that is not valid', { safeRegex: { regex: 'a)|(/.*' } }, false],
  ['a header', header({ name: 'End-User', stringMatch: { exact: 'jason' } }), true],
  ['a header by prefix', header({ name: 'end-user', stringMatch: { prefix: 'ja' } }), true],
  [
    'an inverted header',
    header({ name: 'end-user', stringMatch: { exact: 'jason' }, invertMatch: true }),
    false,
  ],
  [
    'an inverted header that is missing',
    header({ name: 'x', stringMatch: { exact: 'a' }, invertMatch: true }),
    false,
  ],
  [
    'an inverted header that is missing and counts as empty',
    header({
      name: 'x',
      stringMatch: { exact: 'a' },
      invertMatch: true,
      treatMissingHeaderAsEmpty: true,
    }),
    true,
  ],
  ['a header that must be present', header({ name: 'end-user', presentMatch: true }), true],
  ['a header that must be absent', header({ name: 'end-user', presentMatch: false }), false],
  [
    'the absence of a missing header',
    header({ name: 'x', presentMatch: true, invertMatch: true }),
    true,
  ],
  ['the method', header({ name: ':method', stringMatch: { exact: 'GET' } }), true],
  ['the scheme', header({ name: ':scheme', stringMatch: { exact: 'https' } }), false],
  [
    'the authority',
    header({ name: ':authority', stringMatch: { prefix: 'SHOP', ignoreCase: true } }),
    true,
  ],
  ['the first value of a parameter', query({ name: 'id', stringMatch: { exact: '7' } }), true],
  ['a later value of a parameter', query({ name: 'id', stringMatch: { exact: '8' } }), false],
  ['a parameter that must be present', query({ name: 'none', presentMatch: true }), false],
  [
    'all of several conditions',
    {
      prefix: '/',
      headers: [
        { name: 'end-user', presentMatch: true },
        { name: 'x', presentMatch: true },
      ],
    },
    false,
  ],
  ['gRPC', { prefix: '/', grpc: {} }, false],
];

describe('Envoy’s conditions of a route', () => {
  for (const [title, match, expected] of rows) {
    it(`M2: ${expected ? 'match' : 'do not match'}: ${title}`, () => {
      assert.equal(matchesRoute(match, plain), expected);
    });
  }
});

describe('Envoy’s virtual hosts', () => {
  const hostFor = (authority: string, ...domains: readonly string[]) => {
    const virtualHosts = domains.map((domain) => ({ name: domain, domains: [domain] }));
    return virtualHostFor({ virtualHosts }, authority)?.name;
  };

  it('M2: prefer the exact domain, then the longest suffix, then the longest prefix, then all', () => {
    const all = ['*', 'shop.*', 'shop.eu*', '*.com', '*.example.com', 'shop.example.com'];
    assert.equal(hostFor('shop.example.com', ...all), 'shop.example.com');
    assert.equal(hostFor('web.example.com', ...all), '*.example.com');
    assert.equal(hostFor('web.com', ...all), '*.com');
    assert.equal(hostFor('shop.eu.org', ...all), 'shop.eu*');
    assert.equal(hostFor('shop.org', ...all), 'shop.*');
    assert.equal(hostFor('other.org', ...all), '*');
  });

  it('M2: ignore the case and the port of the authority', () => {
    assert.equal(hostFor('Shop.Example.com:8080', 'shop.example.com'), 'shop.example.com');
    assert.equal(
      hostFor('shop.example.com:8080', 'shop.example.com:8080'),
      'shop.example.com:8080',
    );
    assert.equal(hostFor('shop.example.com', 'other.example.com'), undefined);
  });

  it('M2: a wildcard needs at least one character', () => {
    assert.equal(hostFor('.example.com', '*.example.com'), undefined);
  });
});
