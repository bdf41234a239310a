import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { define, definition, group } from './definitions.ts';
import { useMember } from './member.ts';

/** Paths that have a namespace for a cluster-scoped kind, or none for an object of a namespaced kind. */
const paths: Readonly<Record<string, string>> = {
  'a cluster-scoped kind in a namespace': '/api/v1/namespaces/default/nodes/x',
  'a list of a cluster-scoped kind in a namespace': '/api/v1/namespaces/default/nodes',
  'an object without its namespace': '/api/v1/configmaps/x',
  'a custom resource without its namespace': `/apis/${group}/v1/rounds/x`,
  'a plural name that no definition has': `/apis/${group}/v1/namespaces/default/lost/x`,
};

describe('a path that a kind does not have', () => {
  const member = useMember();
  before(() => define(member, definition('rounds', 'Round')));

  for (const [description, path] of Object.entries(paths)) {
    it(`is answered with 404, and not as a missing object: ${description}`, async () => {
      const { status, body } = await member.call({ path });
      assert.equal(status, 404);
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      assert.match(text, /404 page not found|the server could not find the requested resource/);
    });
  }
});
