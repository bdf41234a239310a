import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { configMap } from './objects.ts';
import { Single } from './single.ts';

const any = { 'x-kubernetes-preserve-unknown-fields': true };
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'odds.odd.example' },
  spec: {
    group: 'odd.example',
    scope: 'Namespaced',
    names: { kind: 'Odd', plural: 'odds' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: any, status: any } } },
      },
    ],
  },
};
const odd = {
  apiVersion: 'odd.example/v1',
  kind: 'Odd',
  metadata: { name: 'odd', namespace: 'default' },
  spec: {},
};

/** Statuses that a definition may allow, by description. */
const statuses: Readonly<Record<string, unknown>> = {
  'conditions as a map': { conditions: { Ready: 'True' } },
  'conditions as a text': { conditions: 'fine' },
  'a null condition': { conditions: [null] },
  'conditions as texts': { conditions: ['Ready'] },
  'a condition with a boolean': { conditions: [{ type: 'Ready', status: true }] },
  'a text': 'Ready',
  'a list': [1],
};

let single: Single;

describe('a custom resource whose status is', { timeout: 120_000 }, () => {
  before(async () => {
    single = await Single.open();
    await single.sync({ '_cluster/odd.yaml': definition, 'default/odd.yaml': odd });
  });
  after(() => single.close());

  for (const [description, status] of Object.entries(statuses)) {
    it(`K23: ${description} delays neither itself nor other objects`, async () => {
      const path = '/apis/odd.example/v1/namespaces/default/odds/odd';
      await single.api.edit(path, 'its-controller', { status: null });
      await single.api.edit(path, 'its-controller', { status });
      await single.push({ 'default/other.yaml': configMap('other', description) });
      const run = await single.once();
      assert.equal(run.status, 0, JSON.stringify(run.events));
      const other = await single.api.get('/api/v1/namespaces/default/configmaps/other');
      assert.ok(JSON.stringify(other).includes(description));
    });
  }
});
