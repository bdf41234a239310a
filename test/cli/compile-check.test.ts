import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { admin, ReviewedFleet } from '../attacks/reviewed-fleet.ts';

const evil = 'rendered/member1/_cluster/clusterrolebinding.rbac.authorization.k8s.io_evil.yaml';
const error = 'error write/unsourced: no source renders this file';

describe('regatta compile --check', () => {
  let fleet: ReviewedFleet;
  before(async () => {
    fleet = await ReviewedFleet.make();
  });
  after(() => fleet.remove());

  it('K10: judges by HEAD without a base, and by the directory itself without Git', async () => {
    fleet.branch('one');
    fleet.write(evil, admin);
    assert.ok((await fleet.check('main')).join().includes(error));
    fleet.set('{unsourced: Allow}');
    assert.ok((await fleet.check()).join().includes(error));
    fleet.commit('one');
    assert.deepEqual(await fleet.check(), []);
    fleet.delete('.git');
    assert.deepEqual(await fleet.check(), []);
    fleet.delete('regatta.yaml');
    assert.ok((await fleet.check()).join().includes(error));
  });

  it('K10: accepts manifests of a repository without any source', async () => {
    for (const folder of ['clusters', 'policies', 'templates']) fleet.delete(folder);
    const errors = (await fleet.check()).filter((line) => !line.startsWith('stale'));
    assert.deepEqual(errors, []);
  });

  it('K10: reports an acknowledgement that no object of the sources makes', async () => {
    fleet.write('rendered/member1/_acknowledged.txt', 'shop/widget.example.io_conf.yaml\n');
    const message = 'error write/acknowledged: no DeletionAcknowledgement lists the deletions';
    assert.ok((await fleet.check()).join().includes(message));
  });

  it('needs --check for a base', () => {
    const { status, err } = fleet.run('compile', '--base', 'main', fleet.path);
    assert.equal(status, 2);
    assert.match(err, /option '--base <ref>' needs '--check'/);
  });
});
