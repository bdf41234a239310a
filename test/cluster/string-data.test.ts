import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertEvent } from '#test/events.ts';
import { Scenario } from './scenario.ts';

const path = '/api/v1/namespaces/default/secrets/login';

const secret = (stringData: object, data: object = {}) => ({
  'default/secret_login.json': {
    ...{ apiVersion: 'v1', kind: 'Secret', type: 'Opaque' },
    metadata: { name: 'login', namespace: 'default' },
    stringData,
    data,
  },
});

describe('stringData of a Secret', () => {
  let scenario: Scenario;
  before(async () => {
    scenario = await Scenario.open('--cluster', 'member1');
  });
  after(() => scenario?.close());

  const values = async () =>
    Object.fromEntries(
      Object.entries((await scenario.member1.get(path))?.data as Record<string, string>).map(
        ([key, value]) => [key, Buffer.from(value, 'base64').toString()],
      ),
    );

  it('overrides the keys of data', async () => {
    await scenario.sync(secret({ user: 'me', word: 'grün' }, { user: 'eA==', other: 'eA==' }));
    assert.deepEqual(await values(), { user: 'me', word: 'grün', other: 'x' });
  });

  it('removes a key from the cluster when it leaves stringData', async () => {
    await scenario.sync(secret({ user: 'me' }));
    assert.deepEqual(await values(), { user: 'me' });
  });

  it('is corrected when another manager has changed its value', async () => {
    const theirs = { data: { user: Buffer.from('them').toString('base64') } };
    await scenario.member1.edit(path, 'another-manager', theirs);
    const { events } = await scenario.once();
    assertEvent(events, { type: 'drift', cluster: 'member1' });
    assert.doesNotMatch(JSON.stringify(events), /them|dGhlb|bWU=/);
    assert.deepEqual(await values(), { user: 'me' });
  });
});
