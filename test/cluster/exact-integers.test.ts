import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Scenario } from './scenario.ts';

const path = '/apis/apps/v1/namespaces/default/deployments';

/** The grace period of a Pod is an integer of 64 bits. */
const deployment = (period: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: exact, namespace: default}
spec:
  replicas: 0
  selector: {matchLabels: {app: exact}}
  template:
    metadata: {labels: {app: exact}}
    spec:
      terminationGracePeriodSeconds: ${period}
      containers: [{name: c, image: registry.example/c}]
`;

let scenario: Scenario;

describe('integers of 64 bits in a cluster', () => {
  before(async () => {
    scenario = await Scenario.open();
  });
  after(() => scenario?.close());

  const live = async () => {
    const object = await scenario.member1.get(`${path}/exact`);
    return { text: JSON.stringify(object), version: object?.metadata.resourceVersion };
  };

  it('street Y3: are applied with all of their digits, and are not drift', async () => {
    await scenario.sync({ 'default/deployment.apps_exact.yaml': deployment('9007199254740993') });
    const { text, version } = await live();
    assert.match(text, /"terminationGracePeriodSeconds":9007199254740993[,}]/);
    await scenario.sync({
      'default/configmap_other.yaml': {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'other', namespace: 'default' },
      },
    });
    assert.equal((await live()).version, version);
  });

  it('street Y3: a change of the last digit is a change', async () => {
    await scenario.sync({ 'default/deployment.apps_exact.yaml': deployment('9007199254740995') });
    assert.match((await live()).text, /"terminationGracePeriodSeconds":9007199254740995[,}]/);
  });
});
