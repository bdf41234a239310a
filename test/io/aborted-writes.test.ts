import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { loadFleet } from '#io/kubernetes/kubeconfig.ts';
import type { KubeObject } from '#model/object.ts';
import { refFor } from '#syncer/object-ref.ts';
import { WriteCut } from '#syncer/ports/cluster.ts';
import { Http2Front } from '#test/api/http2-front.ts';
import { configMap } from '#test/cluster/objects.ts';
import { startFleet } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { until } from '#test/until.ts';

const program = join(import.meta.dirname, 'aborted-writes.ts');
let fleet: TestFleet;
let front: Http2Front;

describe('requests with a body', () => {
  before(async () => {
    fleet = await startFleet({ members: ['member1'] });
    front = await Http2Front.open(fleet.kubeconfig, 'member1');
    front.isSilent = ({ method }) => method === 'PATCH';
  });
  after(async () => {
    front?.close();
    await fleet?.close();
  });

  it('K60: can be stopped in HTTP/2 while they are being sent', async () => {
    const run = promisify(execFile)(process.execPath, [program, front.kubeconfig, 'member1'], {
      timeout: 20_000,
      killSignal: 'SIGKILL',
    });
    assert.equal((await run).stdout, 'ended\n');
  });

  it('K60: lose their connection when they must not take effect any more', async () => {
    const port = loadFleet(front.kubeconfig, undefined).connect('member1');
    const object = configMap('cut', '1') as KubeObject;
    const [stop, cut] = [new AbortController(), new AbortController()];
    const write = (signal: AbortSignal) =>
      assert.rejects(port.apply(object, { dryRun: false, manager: 'regatta' }, signal));
    front.unanswered = 0;
    const writes = [write(stop.signal), write(cut.signal)];
    await until('both writes to arrive', async () => front.unanswered === 2);
    stop.abort();
    await writes[0];
    assert.equal(front.connections, 1);
    cut.abort(new WriteCut());
    await writes[1];
    await until('the connection to end', async () => front.connections === 0);
    assert.equal(await port.read(refFor(object), new AbortController().signal), undefined);
  });
});
