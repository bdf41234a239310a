import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { at, ok, refused } from '#test/api/reading.ts';
import { useMember } from './member.ts';
import { configMap, configMaps, podTemplate } from './objects.ts';

const selectors: readonly [selector: string, names: readonly string[]][] = [
  ['tier=web', ['a', 'b']],
  ['tier==web', ['a', 'b']],
  ['tier!=web', ['c', 'd']],
  ['tier', ['a', 'b', 'c']],
  ['!tier', ['d']],
  ['tier in (web, db)', ['a', 'b', 'c']],
  ['tier notin (web)', ['c', 'd']],
  ['tier=web,size=1', ['a']],
  ['size>1', ['b', 'c']],
  ['size<2', ['a']],
];

describe('a list', () => {
  const member = useMember();
  let path: string;

  before(async () => {
    path = configMaps(await member.namespace());
    for (const [name, labels] of Object.entries({
      a: { tier: 'web', size: '1' },
      b: { tier: 'web', size: '2' },
      c: { tier: 'db', size: '3' },
      d: {},
    })) {
      const metadata = { name, labels };
      ok(await member.create(path, { ...configMap(name, { name }), metadata }));
    }
  });

  it('lists objects by name, without apiVersion and kind', async () => {
    const list = ok(await member.get(path));
    assert.equal(list.kind, 'ConfigMapList');
    assert.equal(list.apiVersion, 'v1');
    assert.match(String(at(list, 'metadata.resourceVersion')), /^[1-9]\d*$/);
    assert.deepEqual(namesIn(list), ['a', 'b', 'c', 'd']);
    assert.equal(at(list, 'items.0.kind'), undefined);
    assert.deepEqual(at(list, 'items.0.data'), { name: 'a' });
  });

  it('returns an empty list, and not null, without objects', async () => {
    const empty = ok(await member.get(configMaps(await member.namespace())));
    assert.deepEqual(empty.items, []);
    const nowhere = ok(await member.get(configMaps('unknown-namespace')));
    assert.deepEqual(nowhere.items, []);
  });

  for (const [labelSelector, names] of selectors) {
    it(`selects objects with the label selector ${labelSelector}`, async () => {
      assert.deepEqual(namesIn(ok(await member.get(path, { labelSelector }))), names);
    });
  }

  it('selects objects by the fields name and namespace', async () => {
    const named = ok(await member.get(path, { fieldSelector: 'metadata.name=b' }));
    assert.deepEqual(namesIn(named), ['b']);
    const others = ok(await member.get(path, { fieldSelector: 'metadata.name!=b' }));
    assert.deepEqual(namesIn(others), ['a', 'c', 'd']);
    const namespace = path.split('/').at(-2);
    const all = '/api/v1/configmaps';
    const here = ok(await member.get(all, { fieldSelector: `metadata.namespace=${namespace}` }));
    assert.deepEqual(namesIn(here), ['a', 'b', 'c', 'd']);
  });

  it('selects objects by the selectable fields of their kind', async () => {
    const namespace = await member.namespace();
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    ok(await member.create(`/api/v1/namespaces/${namespace}/serviceaccounts`, account));
    const { spec } = podTemplate('web', [{ name: 'main', image: 'registry.example/web:1.0' }]);
    const settings = { automountServiceAccountToken: false };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } };
    const placed = { ...pod, spec: { ...spec, ...settings, nodeName: 'somewhere' } };
    ok(await member.create(pods, placed));
    for (const [fieldSelector, names] of [
      ['spec.nodeName=somewhere', ['p']],
      ['spec.nodeName=elsewhere', []],
      ['status.phase=Pending', ['p']],
      ['status.phase!=Pending', []],
      ['spec.restartPolicy=Always', ['p']],
    ] as const) {
      assert.deepEqual(namesIn(ok(await member.get(pods, { fieldSelector }))), names);
    }
  });

  it('rejects malformed selectors and fields that are not selectable', async () => {
    for (const labelSelector of ['tier=web=db', 'tier in web', 'a b']) {
      refused(await member.get(path, { labelSelector }), 400, 'BadRequest');
    }
    const status = refused(
      await member.get(path, { fieldSelector: 'data.name=a' }),
      400,
      'BadRequest',
    );
    assert.match(String(status.message), /^"data.name" is not a known field selector/);
  });

  it('returns a list in pages', async () => {
    const first = ok(await member.get(path, { limit: 3 }));
    assert.deepEqual(namesIn(first), ['a', 'b', 'c']);
    assert.equal(at(first, 'metadata.remainingItemCount'), 1);
    const token = String(at(first, 'metadata.continue'));
    // A later page does not contain an object that was created after the first page.
    ok(await member.create(path, configMap('e', {})));
    const second = ok(await member.get(path, { limit: 3, continue: token }));
    assert.deepEqual(namesIn(second), ['d']);
    assert.equal(at(second, 'metadata.continue'), undefined);
    assert.equal(at(second, 'metadata.remainingItemCount'), undefined);
    assert.equal(at(second, 'metadata.resourceVersion'), at(first, 'metadata.resourceVersion'));
    ok(await member.delete(`${path}/e`));
  });

  it('omits remainingItemCount in a list with a selector', async () => {
    const page = ok(await member.get(path, { limit: 1, labelSelector: 'tier' }));
    assert.deepEqual(namesIn(page), ['a']);
    assert.equal(at(page, 'metadata.remainingItemCount'), undefined);
    const token = String(at(page, 'metadata.continue'));
    const next = ok(await member.get(path, { limit: 2, labelSelector: 'tier', continue: token }));
    assert.deepEqual(namesIn(next), ['b', 'c']);
  });

  it('rejects an unknown continue token', async () => {
    refused(await member.get(path, { limit: 1, continue: 'nonsense' }), 400, 'BadRequest');
  });

  it('lists the objects of a past revision with resourceVersionMatch=Exact', async () => {
    const then = String(at(ok(await member.get(path)), 'metadata.resourceVersion'));
    ok(await member.create(path, configMap('e', {})));
    const query = { resourceVersion: then, resourceVersionMatch: 'Exact', limit: 9 };
    const past = ok(await member.get(path, query));
    assert.deepEqual(namesIn(past), ['a', 'b', 'c', 'd']);
    assert.equal(at(past, 'metadata.resourceVersion'), then);
    const recent = { resourceVersion: then, resourceVersionMatch: 'NotOlderThan' };
    const now = ok(await member.get(path, recent));
    assert.ok(Number(at(now, 'metadata.resourceVersion')) >= Number(then));
    ok(await member.delete(`${path}/e`));
  });

  it('rejects an invalid resourceVersion, and resourceVersionMatch without a resourceVersion', async () => {
    const answer = await member.get(path, { resourceVersion: 'x' });
    assert.ok([400, 422].includes(answer.status), `answered ${answer.status}`);
    refused(await member.get(path, { resourceVersionMatch: 'Exact' }), 422, 'Invalid');
  });
});

function namesIn(list: unknown): readonly unknown[] {
  return (at(list, 'items') as readonly unknown[]).map((item) => at(item, 'metadata.name'));
}
