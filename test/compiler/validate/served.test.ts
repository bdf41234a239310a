import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lifetimeOf } from '#compiler/validate/served.ts';
import { knownSchemas } from '#io/schemas.ts';

const served = Object.keys(knownSchemas().kubernetes.kinds).map((name) => {
  const [group = '', version = '', kind = ''] = name.split('/');
  return { group, version, kind };
});
const groups = [...new Set([...served.map(({ group }) => group), 'extensions'])];
const kinds = [...new Set(served.map(({ kind }) => kind)), 'PodSecurityPolicy'];

/** Every kind in every version that its group may have served. */
const older = groups.flatMap((group) =>
  ['v1beta1', 'v1beta2', 'v1beta3', 'v2beta1', 'v2beta2'].flatMap((version) =>
    kinds.map((kind) => ({ apiVersion: `${group}/${version}`, kind, metadata: { name: 'a' } })),
  ),
);

describe('the table of removed and added APIs', () => {
  it('lists no API that Kubernetes 1.37 serves as removed or as not yet added', () => {
    for (const { group, version, kind } of served) {
      const apiVersion = group === '' ? version : `${group}/${version}`;
      const { since = 0, until } = lifetimeOf({ apiVersion, kind, metadata: { name: 'a' } }) ?? {};
      assert.equal(until, undefined, `${apiVersion} ${kind}`);
      assert.ok(since <= 37, `${apiVersion} ${kind}`);
    }
  });

  it('names a successor that Kubernetes 1.37 serves for each removed API', () => {
    const gone = older.flatMap((object) => {
      const lifetime = lifetimeOf(object);
      return lifetime === undefined ? [] : [{ ...object, ...lifetime }];
    });
    assert.ok(gone.length > 40);
    for (const { apiVersion, kind, successor } of gone) {
      if (kind === 'PodSecurityPolicy') assert.equal(successor, undefined);
      else {
        const isServed = served.some(
          (one) => `${one.group}/${one.version}` === successor && one.kind === kind,
        );
        assert.ok(isServed, `${apiVersion} ${kind}: ${successor}`);
      }
    }
  });
});
