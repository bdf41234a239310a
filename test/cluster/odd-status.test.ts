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

/** Statuses that a definition may allow, by the title of their test. */
const statuses: Readonly<Record<string, unknown>> = {
  'K23: conditions as a map delay neither their object nor others': {
    conditions: { Ready: 'True' },
  },
  'K23: conditions as a text delay neither their object nor others': { conditions: 'fine' },
  'K23: a null condition delays neither itself nor other objects': { conditions: [null] },
  'K23: conditions as texts delay neither their object nor others': { conditions: ['Ready'] },
  'K23: a condition with a boolean delays neither itself nor other objects': {
    conditions: [{ type: 'Ready', status: true }],
  },
  'K23: a text delays neither itself nor other objects': 'Ready',
  'K23: a list delays neither itself nor other objects': [1],
};

let single: Single;

describe('a custom resource whose status is', { timeout: 120_000 }, () => {
  before(async () => {
    single = await Single.open();
    await single.sync({ '_cluster/odd.yaml': definition, 'default/odd.yaml': odd });
  });
  after(() => single.close());

  for (const [title, status] of Object.entries(statuses)) {
    it(title, async () => {
      const path = '/apis/odd.example/v1/namespaces/default/odds/odd';
      await single.api.edit(path, 'its-controller', { status: null });
      await single.api.edit(path, 'its-controller', { status });
      await single.push({ 'default/other.yaml': configMap('other', title) });
      const run = await single.once();
      assert.equal(run.status, 0, JSON.stringify(run.events));
      const other = await single.api.get('/api/v1/namespaces/default/configmaps/other');
      assert.ok(JSON.stringify(other).includes(title));
    });
  }
});
