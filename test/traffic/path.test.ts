import assert from 'node:assert/strict';
import { it } from 'node:test';
import { normalPath } from '#traffic/envoy/request.ts';

it('M2: a path is normalised as Envoy does before routes match it', () => {
  const cases = [
    ['/a/./b', '/a/b'],
    ['/a/c/../b', '/a/b'],
    ['/a/%62', '/a/b'],
    ['/a/..', '/'],
    ['/../a/.', '/a/'],
    ['/a//b?c=/../%62', '/a//b?c=/../%62'],
    ['/a%2Fb', '/a%2Fb'],
  ] as const;
  for (const [given, expected] of cases) assert.equal(normalPath(given), expected, given);
});
