import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { policyOf, ReviewedFleet, widgetOf } from '#test/attacks/reviewed-fleet.ts';

/** A fleet whose head changes sources and does not render them. */
describe('regatta diff of sources that are not rendered', () => {
  let fleet: ReviewedFleet;

  before(async () => {
    fleet = await ReviewedFleet.make();
  });
  after(() => fleet.remove());

  it('street P19: compares what a compile of both commits would write, and says so', () => {
    fleet.git('checkout', '--quiet', '-B', 'stale', 'main');
    write('templates/conf.yaml', widgetOf('conf', '2'));
    fleet.commit('not rendered');
    const { status, out, err } = fleet.diff();
    assert.equal(status, 1, err);
    assert.match(out, /changed Widget shop\/conf/);
    assert.match(
      err,
      /rendered files? of the head (is|are) older than the sources: diff compares what regatta compile would write/,
    );
  });

  it('street P19: does not blame the head for what the sources of the base change', () => {
    fleet.git('checkout', '--quiet', '-B', 'stale-base', 'main');
    write('templates/conf.yaml', widgetOf('conf', '2'));
    fleet.commit('not rendered');
    fleet.git('checkout', '--quiet', '-B', 'stale-head', 'stale-base');
    write('templates/v.yaml', widgetOf('v', '1'));
    fleet.commit('not rendered either');
    const { out } = fleet.run('diff', '--base', 'stale-base', fleet.path);
    assert.match(out, /added Widget shop\/v/);
    assert.doesNotMatch(out, /shop\/conf/);
  });

  it('street P19: fails with the diagnostics if the sources of the head do not compile', () => {
    fleet.git('checkout', '--quiet', '-B', 'broken', 'main');
    write('templates/conf.yaml', 'kind: [');
    fleet.commit('broken');
    const { status, out, err } = fleet.diff();
    assert.equal(status, 2);
    assert.match(err, /templates\/conf\.yaml:\d+:\d+: error/);
    assert.doesNotMatch(out, /nothing changes/);
  });

  for (const [format, title] of [
    ['markdown', /^### \w{7} does not compile: nothing is compared$/m],
    ['html', /<h1>\w{7} does not compile: nothing is compared<\/h1>/],
  ] as const) {
    it(`street C1: ${format} shows the diagnostics if the sources of the head do not compile`, () => {
      fleet.git('checkout', '--quiet', '-B', 'broken', 'main');
      write('templates/conf.yaml', 'kind: [<b>');
      fleet.commit('broken');
      const { status, out } = fleet.diff('-o', format);
      assert.equal(status, 2);
      assert.match(out, title);
      assert.match(out, /(^|>)templates\/conf\.yaml:\d+:\d+: error parse\/invalid-yaml: /m);
    });

    it(`street C1: ${format} shows the diagnostics beside changes of committed output`, () => {
      fleet.git('checkout', '--quiet', '-B', 'broken-too', 'main');
      write('templates/conf.yaml', 'kind: [');
      fleet.write('rendered/member1/shop/by-hand.yaml', widgetOf('hand', '1'));
      fleet.commit('broken, with output');
      const { out, err } = fleet.diff('-o', format);
      assert.match(out, /templates\/conf\.yaml:\d+:\d+: error parse\/invalid-yaml: /);
      assert.match(
        out,
        /the sources of the head do not compile: diff compares its committed output/,
      );
      assert.match(err, /templates\/conf\.yaml:\d+:\d+: error parse\/invalid-yaml: /);
    });

    it(`street C5: ${format} shows the content of added objects, folded and without values of Secrets`, () => {
      fleet.git('checkout', '--quiet', '-B', 'added', 'main');
      write('templates/new.yaml', widgetOf('new', '7'));
      const data = 'stringData: {password: a-secret-value}';
      write(
        'templates/secret.yaml',
        `apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\n${data}\n`,
      );
      write(
        'policies/secret.yaml',
        policyOf()
          .replace('name: all', 'name: secret')
          .replace('example.io/v1, kind: Widget', 'v1, kind: Secret'),
      );
      fleet.commit('not rendered');
      const { out } = fleet.diff('-o', format);
      assert.match(out, /<details><summary>.*added .*Widget shop\/new/);
      assert.match(out, /\+ \.metadata\.name: new/);
      assert.doesNotMatch(out, /a-secret-value|YS1zZWNyZXQtdmFsdWU/);
    });

    it(`street C1: ${format} shows that stale output was compiled`, () => {
      fleet.git('checkout', '--quiet', '-B', 'stale', 'main');
      write('templates/conf.yaml', widgetOf('conf', '2'));
      fleet.commit('not rendered');
      const { out } = fleet.diff('-o', format);
      assert.match(out, /older than the sources: diff compares what regatta compile would write/);
    });
  }

  it('street P19: compares the work tree if it has uncommitted files, and names them', () => {
    fleet.git('checkout', '--quiet', '-B', 'dirty', 'main');
    try {
      write('templates/conf.yaml', widgetOf('conf', '3'));
      write('templates/new.yaml', widgetOf('new', '1'));
      const { status, out, err } = fleet.run('diff', '--base', 'main', fleet.path);
      assert.equal(status, 1, err);
      assert.match(out, /changed Widget shop\/conf/);
      assert.match(out, /added Widget shop\/new/);
      assert.match(
        err,
        /the work tree is compared, with its uncommitted files: templates\/conf\.yaml, templates\/new\.yaml/,
      );
      const state = fleet.git('status', '--porcelain');
      assert.equal(
        state,
        ' M templates/conf.yaml\n?? templates/new.yaml\n',
        'the index is unchanged',
      );
      const committed = fleet.run('diff', '--base', 'main', '--head', 'HEAD', fleet.path);
      assert.match(
        committed.err,
        /uncommitted files are not compared: templates\/conf\.yaml, templates\/new\.yaml/,
      );
    } finally {
      rmSync(join(fleet.path, 'templates/new.yaml'));
      fleet.git('checkout', '--quiet', '--force', 'main');
    }
  });

  function write(path: string, text: string): void {
    writeFileSync(join(fleet.path, path), text);
  }
});
