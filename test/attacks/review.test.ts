import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { renderedHeader } from '#model/rendered.ts';
import {
  admin,
  formats,
  namespaceOf,
  policyOf,
  ReviewedFleet,
  widgetOf,
} from './reviewed-fleet.ts';

const evil = '_cluster/clusterrolebinding.rbac.authorization.k8s.io_evil.yaml';
const conf = 'rendered/member1/shop/widget.example.io_conf.yaml';

/** S07: a pull request that hides what it does from `regatta diff` and `compile --check`. */
describe('a pull request that hides a change', () => {
  let fleet: ReviewedFleet;
  before(async () => {
    fleet = await ReviewedFleet.make();
  });
  after(() => fleet.remove());

  /** Compares a pattern with the review in each format. */
  async function shows(...patterns: readonly RegExp[]): Promise<void> {
    const review = await fleet.review();
    for (const format of formats) {
      for (const pattern of patterns) assert.match(review[format], pattern, format);
    }
  }

  async function fails(pattern: RegExp): Promise<void> {
    assert.match((await fleet.check('main')).join('\n'), pattern);
  }

  it('K9: S07a: shows a manifest in the folder that a syncer applies after spec.rendered moves', async () => {
    fleet.branch('moved');
    fleet.set('{rendered: out}');
    await fleet.compile();
    fleet.write(`rendered/member1/${evil}`, `${renderedHeader}\n${admin}`);
    fleet.commit('moved');
    await shows(
      /spec\.rendered: rendered → out/,
      /unsourced.*ClusterRoleBinding evil: no source renders this file/s,
      /rendered\/member1/,
    );
    await fails(new RegExp(`rendered/member1/${evil}:1:1: error write/unsourced: no source`));
  });

  it('K9: shows nothing but the setting if a commit moves the rendered folder', async () => {
    fleet.branch('honest');
    fleet.set('{rendered: out}');
    await fleet.compile();
    fleet.delete('rendered');
    fleet.commit('honest');
    const { text } = await fleet.review();
    assert.match(text, /^0 objects added, 0 changed, 0 removed on 0 clusters\n\nchanged regatta/);
    assert.equal(text.match(/^ {2}! /gm)?.length, 1);
    assert.deepEqual(await fleet.check('main'), []);
  });

  const handWritten = [
    ['', 'K10: S07b: shows a manifest that no source renders'],
    [`${renderedHeader}\n`, 'K10: shows such a manifest also if it has the header of compile'],
  ] as const;
  for (const [header, title] of handWritten) {
    it(title, async () => {
      fleet.branch('unsourced');
      fleet.write(`rendered/member1/${evil}`, header + admin);
      fleet.commit('unsourced');
      await shows(/unsourced.*ClusterRoleBinding evil: no source renders this file/s);
      await fails(header === '' ? /_evil\.yaml:1:1: error write\/unsourced/ : /^stale .*_evil/);
    });
  }

  it('K10: fails the command with the file of the manifest', () => {
    fleet.git('checkout', '--quiet', '--force', 'unsourced');
    fleet.write(`rendered/member1/${evil}`, admin);
    const { status, err } = fleet.run('compile', '--check', '--base', 'main', fleet.path);
    assert.equal(status, 1);
    assert.match(err, /_evil\.yaml:1:1: error write\/unsourced: no source renders this file/);
  });

  it('K10: shows every object of a file that has several', async () => {
    fleet.branch('documents');
    fleet.write(conf, `${readFileSync(join(fleet.path, conf), 'utf8')}---\n${admin}`);
    fleet.commit('documents');
    const { text } = await fleet.review();
    assert.match(text, /^added ClusterRoleBinding evil × 1 cluster: member1$/m);
    assert.match(text, /! unsourced: ClusterRoleBinding evil: no source renders this content/);
    assert.match(text, /! privilege: ClusterRoleBinding evil: ServiceAccount shop\/default gets/);
    assert.doesNotMatch(text, /prune/);
    await fails(/^stale /);
  });

  it('K10: shows an object that replaces another one in its file as a deletion', async () => {
    fleet.branch('replaced');
    fleet.write('rendered/member1/_cluster/namespace_shop.yaml', namespaceOf('tools'));
    fleet.commit('replaced');
    await shows(/prune-data.*Namespace shop is deleted/s, /unsourced.*Namespace tools/s);
  });

  it('K10: shows a file that is not a manifest, which a syncer refuses', async () => {
    fleet.branch('list');
    fleet.write('rendered/member2/shop/list.yaml', 'apiVersion: v1\nkind: List\nitems: []\n');
    fleet.write('rendered/member2/README.md', 'no manifest\n');
    fleet.commit('list');
    await shows(/unsourced.*shop\/list\.yaml: the syncer refuses this file: kind List/s);
    assert.doesNotMatch((await fleet.review()).text, /README/);
  });

  it('K10: shows rendered output that was changed by hand', async () => {
    fleet.branch('edited');
    fleet.write(conf, readFileSync(join(fleet.path, conf), 'utf8').replace('one', 'two'));
    fleet.commit('edited');
    await shows(/unsourced.*Widget shop\/conf: no source renders this content/s);
    await fails(/^stale /);
  });

  it('K10: shows a manifest whose sources do not compile', async () => {
    fleet.branch('broken');
    fleet.write('templates/conf.yaml', 'kind: [');
    fleet.write(`rendered/member1/${evil}`, admin);
    fleet.commit('broken');
    await shows(/unsourced.*ClusterRoleBinding evil: the sources do not compile/s);
  });

  it('K10: shows a manifest although the pull request deletes every source', async () => {
    fleet.branch('sourceless');
    for (const folder of ['clusters', 'policies', 'templates']) fleet.delete(folder);
    fleet.write(`rendered/member1/${evil}`, admin);
    fleet.commit('sourceless');
    await shows(/unsourced.*ClusterRoleBinding evil/s);
    await fails(/error write\/unsourced/);
  });

  it('K10: does not let a pull request allow its own manifests', async () => {
    fleet.branch('allowed');
    fleet.set('{unsourced: Allow}');
    fleet.write(`rendered/member1/${evil}`, admin);
    fleet.commit('allowed');
    await shows(/spec\.unsourced: Deny → Allow/, /unsourced.*ClusterRoleBinding evil/s);
    await fails(/error write\/unsourced/);
    assert.deepEqual(await fleet.check('HEAD'), []);
  });

  it('K10: S07c: shows a file that lifts the budget without an acknowledgement', async () => {
    for (const header of ['', `${renderedHeader}\n`]) {
      fleet.branch('lifted');
      fleet.write(
        'rendered/member1/_acknowledged.txt',
        `${header}shop/widget.example.io_conf.yaml\n`,
      );
      fleet.commit('lifted');
      await shows(/_acknowledged\.txt: no DeletionAcknowledgement covers/, /member1/);
      await fails(/_acknowledged\.txt:1:1: error write\/acknowledged: no DeletionAcknow/);
    }
  });

  it('K10: compile refuses a hand-written acknowledgement', async () => {
    fleet.branch('refused');
    await fleet.compile();
    fleet.write('rendered/member1/_acknowledged.txt', 'shop/widget.example.io_conf.yaml\n');
    await assert.rejects(fleet.compile(), /write\/acknowledged/);
  });

  it('K8: S07d: judges deletions by the budget of the base, with the status of an exceeded budget', async () => {
    fleet.branch('raised');
    fleet.set('{deletionBudget: {cluster: 100%, kinds: {Namespace: 9}}}');
    fleet.write('templates/namespace.yaml', namespaceOf('other'));
    const checked = fleet.run('compile', '--check', '--base', 'main', fleet.path);
    assert.equal(checked.status, 3);
    assert.match(checked.err, /1 of 1 objects of kind Namespace in 24 h, allowed 0/);
    await fleet.compile();
    fleet.commit('raised');
    await shows(/spec\.deletionBudget\.kinds\.Namespace: 0 → 9/);
    const { status, out } = fleet.diff();
    assert.equal(status, 3);
    assert.match(out, /1 of 1 objects of kind Namespace in 24 h, allowed 0/);
  });

  it('K8: S07d: shows each setting that stops changes', async () => {
    fleet.branch('stopped');
    fleet.set('{sync: {suspended: [{clusters: ["*"]}], drift: [{mode: freeze}]}}');
    fleet.commit('stopped');
    await shows(
      /spec\.sync\.suspended: none → clusters "\*": 2 clusters would no longer change/,
      /spec\.sync\.drift: none → mode .*: 2 clusters would no longer change/,
    );
    assert.equal(fleet.diff().status, 1);
  });

  it('K8: refuses to compare settings that only a syncer understands', () => {
    fleet.branch('faulty');
    fleet.set('{unknown: 1, sync: {suspended: [{clusters: ["*"]}]}}');
    fleet.commit('faulty');
    const { status, err } = fleet.diff();
    assert.equal(status, 2);
    assert.match(err, /regatta\.yaml:3:\d+: error parse\/unknown-field/);
  });

  it('K11: S07e: shows that an object is taken over, with the line that says so', async () => {
    fleet.branch('takeover');
    fleet.write('templates/other.yaml', widgetOf('other', 'x'));
    const overwrite = '  conflictResolution: Overwrite\n';
    fleet.write('policies/all.yaml', policyOf(overwrite));
    await fleet.compile();
    fleet.commit('takeover');
    await shows(
      /takeover.*Widget shop\/other: takes over/s,
      /takeover.*Widget shop\/conf: takes over/s,
      /policies\/all\.yaml\W+(line\W+)?7\W.*conflictResolution: Overwrite/s,
    );
    fleet.git('branch', '--force', 'taken');
  });

  it('K11: names the line of a policy that takes over a new object without a change', async () => {
    fleet.git('checkout', '--quiet', '--force', '-B', 'later', 'taken');
    fleet.write('templates/third.yaml', widgetOf('third', 'x'));
    await fleet.compile();
    fleet.commit('later');
    const { text } = await fleet.review('taken');
    assert.match(text, /! takeover: Widget shop\/third: takes over/);
    assert.match(text, /because of policies\/all\.yaml:7: conflictResolution: Overwrite/);
    assert.doesNotMatch(text, /takeover: Widget shop\/conf/);
  });
});
