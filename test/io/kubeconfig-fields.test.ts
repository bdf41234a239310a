import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { loadContexts } from '#io/kubernetes/kubeconfig.ts';
import { plainRequest } from '#test/kubeconfig/case.ts';
import { kubeconfigCases } from '#test/kubeconfig/cases.ts';
import { RecordingServer } from '#test/kubeconfig/recording-server.ts';
import { lacking } from '#test/lacking.ts';

const never = new AbortController().signal;
let server: RecordingServer;

/** test/cluster/kubeconfig.test.ts asks kubectl about the same cases. */
describe('the fields of a kubeconfig', { skip: lacking('openssl') }, () => {
  before(async () => {
    server = await RecordingServer.open();
  });
  after(() => server.close());

  it('K40: means what it means to kubectl, field by field', async (test) => {
    for (const { name, sends, refused, ...config } of kubeconfigCases(server.values)) {
      await test.test(name, async () => {
        const file = await server.write(config);
        const call = async () =>
          loadContexts(file, undefined)
            .connect('member1')
            .call({ method: 'GET', path: '/x', what: 'x' }, never);
        if (refused !== undefined) await assert.rejects(call(), refused);
        else await call();
        const expected = sends === undefined ? [] : [{ ...plainRequest, ...sends }];
        assert.deepEqual(server.sent.splice(0), expected);
      });
    }
  });
});
