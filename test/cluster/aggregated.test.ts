import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { isReal } from '#test/fleet.ts';
import { until } from '#test/until.ts';
import { configMap } from './objects.ts';
import { Single } from './single.ts';

const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
const rule = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };

function role(name: string, fields: object, labels: object = {}): object {
  const metadata = { name, labels };
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata, ...fields };
}

const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { aggregate: 'yes' } }] };

describe('street P3, K35: a ClusterRole with an aggregationRule', () => {
  let single: Single;
  before(async () => {
    single = await Single.open();
  });
  after(() => single?.close());

  it('street P3, K35: keeps the rules that the control plane sets, without a write or drift', async () => {
    const others = [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['delete'] }];
    await single.sync({
      'r/empty.json': role('empty', { aggregationRule, rules: [] }),
      'r/filled.json': role('filled', { aggregationRule, rules: others }),
      'r/source.json': role('source', { rules: [rule] }, { aggregate: 'yes' }),
    });
    const names = ['empty', 'filled'];
    for (const name of names) {
      // The sandbox has no such controller.
      if (!isReal) {
        await single.api.edit(`${roles}/${name}`, 'clusterrole-aggregation-controller', {
          rules: [rule],
        });
      }
      await until(`the rules of ${name}`, async () => {
        const live = await single.api.get(`${roles}/${name}`);
        return isDeepStrictEqual(live?.['rules'], [rule]);
      });
    }
    const versions = async () =>
      Promise.all(
        names.map(
          async (name) => (await single.api.get(`${roles}/${name}`))?.metadata['resourceVersion'],
        ),
      );
    const before = await versions();
    for (const value of ['1', '2']) {
      const events = await single.sync({ 'r/note.json': configMap('note', value) });
      const changed = events.flatMap((event) =>
        event.type === 'drift' || event.type === 'object' ? [event.key] : [],
      );
      assert.deepEqual(changed, ['/ConfigMap/default/note']);
    }
    assert.deepEqual(await versions(), before);
  });
});
