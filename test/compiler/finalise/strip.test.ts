import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripClusterFields } from '#compiler/finalise/strip.ts';
import type { KubeObject } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';

const object = (kind: string, fields: object, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'web', ...metadata },
  ...fields,
});

const job = (spec: object) => object('Job', { spec: { template: { spec: {} }, ...spec } });
const generated = { 'controller-uid': 'u', 'batch.kubernetes.io/controller-uid': 'u' };
const named = { 'job-name': 'web', 'batch.kubernetes.io/job-name': 'web' };
const secrets = (...names: string[]) => ({ secrets: names.map((name) => ({ name })) });
const tokenType = 'kubernetes.io/service-account-token';

const cases: readonly {
  readonly name: string;
  readonly profile?: Profile;
  readonly given: KubeObject;
  readonly want: KubeObject;
}[] = [
  {
    name: 'what API servers add goes, whatever the kind',
    given: object(
      'Widget',
      { status: { ready: true }, spec: {} },
      {
        uid: 'u',
        generation: 1,
        managedFields: [],
        ownerReferences: [],
        finalizers: ['x'],
        creationTimestamp: null,
      },
    ),
    want: object('Widget', { spec: {} }),
  },
  {
    name: 'revisions of a Deployment go, other annotations stay',
    given: object(
      'Deployment',
      {},
      { annotations: { 'deployment.kubernetes.io/revision': '3', a: 'b' } },
    ),
    want: object('Deployment', {}, { annotations: { a: 'b' } }),
  },
  {
    name: 'other kinds keep revisions',
    given: object('StatefulSet', {}, { annotations: { 'deployment.kubernetes.io/revision': '3' } }),
    want: object('StatefulSet', {}, { annotations: { 'deployment.kubernetes.io/revision': '3' } }),
  },
  {
    name: 'the generated selector of a Job goes and leaves empty maps',
    given: job({
      ttlSecondsAfterFinished: 60,
      selector: { matchLabels: generated },
      template: { metadata: { labels: { ...generated, ...named } } },
    }),
    want: job({ selector: { matchLabels: {} }, template: { metadata: { labels: {} } } }),
  },
  {
    name: 'the manual selector of a Job stays',
    given: job({
      ttlSecondsAfterFinished: 60,
      manualSelector: true,
      selector: { matchLabels: generated },
    }),
    want: job({ manualSelector: true, selector: { matchLabels: generated } }),
  },
  {
    name: 'the addresses of a Service go',
    given: object('Service', {
      spec: { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ports: [{ nodePort: 30000 }] },
    }),
    want: object('Service', { spec: { ports: [{ nodePort: 30000 }] } }),
  },
  {
    name: 'an empty clusterIP goes too',
    given: object('Service', { spec: { clusterIP: '', clusterIPs: ['10.0.0.1'] } }),
    want: object('Service', { spec: {} }),
  },
  {
    name: 'a headless Service stays so',
    given: object('Service', { spec: { clusterIP: 'None', clusterIPs: ['None'] } }),
    want: object('Service', { spec: { clusterIP: 'None', clusterIPs: ['None'] } }),
  },
  {
    name: 'clusterIPs without clusterIP stay',
    given: object('Service', { spec: { clusterIPs: ['10.0.0.1'] } }),
    want: object('Service', { spec: { clusterIPs: ['10.0.0.1'] } }),
  },
  {
    name: 'the node of a PersistentVolumeClaim goes',
    given: object(
      'PersistentVolumeClaim',
      {},
      { annotations: { 'volume.kubernetes.io/selected-node': 'n', a: 'b' } },
    ),
    want: object('PersistentVolumeClaim', {}, { annotations: { a: 'b' } }),
  },
  {
    name: 'the data of a token Secret becomes null',
    profile: 'karmada',
    given: object('Secret', { type: tokenType, data: { token: 'eA==' } }),
    want: object('Secret', { type: tokenType, data: null }),
  },
  {
    name: 'the data of a token Secret stays, the account it was for goes',
    given: object(
      'Secret',
      { type: tokenType, data: { token: 'eA==' } },
      { annotations: { 'kubernetes.io/service-account.uid': 'u', a: 'b' } },
    ),
    want: object(
      'Secret',
      { type: tokenType, data: { token: 'eA==' } },
      { annotations: { a: 'b' } },
    ),
  },
  {
    name: 'generated tokens of a ServiceAccount go, but not the second of two',
    profile: 'karmada',
    given: object(
      'ServiceAccount',
      secrets('web-token-a', 'web-token-b', 'x', 'web-token-c', 'other-token-d'),
    ),
    want: object('ServiceAccount', secrets('web-token-b', 'x', 'other-token-d')),
  },
  {
    name: 'an emptied list of secrets stays',
    profile: 'karmada',
    given: object('ServiceAccount', secrets('web-token-a')),
    want: object('ServiceAccount', { secrets: [] }),
  },
  {
    name: 'the secrets of a ServiceAccount stay',
    given: object('ServiceAccount', secrets('web-token-a', 'x')),
    want: object('ServiceAccount', secrets('web-token-a', 'x')),
  },
];

describe('stripClusterFields', () => {
  for (const { name, profile = 'regatta', given, want } of cases) {
    it(`${name} (${profile})`, () => {
      const before = structuredClone(given);
      assert.deepEqual(stripClusterFields(given, profile), want);
      assert.deepEqual(given, before);
    });
  }
});
