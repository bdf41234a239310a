import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { sendJson } from '#test/hostile-member.ts';
import { configMap } from './objects.ts';
import { ProxiedMember } from './proxied-member.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const inventory = '/configmaps/regatta-inventory.f1eet00001';

let member: ProxiedMember;

/** Makes a gateway in front of the member answer the requests that match, as one without a route does. */
function withoutRoute(matches: (url: string) => boolean): void {
  member.proxy.intercept = ({ url = '' }, response) =>
    matches(url) && sendJson(response, { message: 'no Route matched with those values' }, 404);
}

describe('a gateway that answers 404 in place of the API server', { timeout: 120_000 }, () => {
  beforeEach(async () => {
    member = await ProxiedMember.open();
    const [a, b] = [configMap('a', '1'), configMap('b', '1')];
    await member.push({ 'default/a.yaml': a, 'default/b.yaml': b });
    await member.once();
  });
  afterEach(() => member.close());

  it('K32: does not make the syncer believe that its inventory is lost', async () => {
    await member.push({ 'default/b.yaml': undefined });
    withoutRoute((url) => url.includes(inventory));
    const { events } = await member.once(1, '4s');
    assert.match(JSON.stringify(events), /no Route matched/);
    assert.doesNotMatch(JSON.stringify(events), /inventory was lost/);
    assert.ok(await member.api.get(`${maps}/b`));
    withoutRoute(() => false);
    await member.once();
    assert.equal(await member.api.get(`${maps}/b`), undefined);
  });

  it('K32: does not make it believe that objects and kinds are gone, and names what was answered', async () => {
    await member.push({ 'default/b.yaml': configMap('b', '2') });
    withoutRoute((url) => !url.includes('/leases/'));
    const { events } = await member.once(1, '4s');
    assert.match(JSON.stringify(events), /no Route matched/);
    assert.doesNotMatch(JSON.stringify(events), /CRD missing|Cannot read properties/);
    withoutRoute(() => false);
    const run = await member.once();
    assert.doesNotMatch(JSON.stringify(run.events), /created|pruned/);
  });
});
