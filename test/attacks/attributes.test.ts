import assert from 'node:assert/strict';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { GitHistory } from '#io/git/history.ts';
import { ReviewedFleet, widgetOf } from './reviewed-fleet.ts';

/** UTF-7 writes `+` as `+-`: the two texts are one file, in a commit and in a work tree. */
const [inCommit, inWorkTree] = ['one+two', 'one+-two'];

const template = 'templates/conf.yaml';
const rendered = 'rendered/member1/shop/widget.example.io_conf.yaml';

describe('a pull request whose .gitattributes convert files', () => {
  let fleet: ReviewedFleet;
  before(async () => {
    fleet = await ReviewedFleet.make();
  });
  after(() => fleet.remove());

  /** Starts a pull request. Git writes its files again, because it may have converted them for another pull request. */
  function start(branch: string): void {
    fleet.branch(branch);
    writeAgain();
  }

  /** Commits files with attributes, and checks the commit out as a pipeline does. */
  function checkOut(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) fleet.write(path, text);
    fleet.commit('attributes');
    writeAgain();
  }

  /** Makes git write all files of the work tree. */
  function writeAgain(): void {
    fleet.git('rm', '--quiet', '-r', '--cached', '.');
    fleet.git('reset', '--quiet', '--hard');
  }

  function textOf(path: string): string {
    return readFileSync(join(fleet.path, path), 'utf8');
  }

  it('K10: cannot make a compile read another template than reviews and syncers', async () => {
    start('template');
    checkOut({
      '.gitattributes': '[attr]odd working-tree-encoding=UTF-7\ntemplates/*.yaml odd\n',
      [template]: widgetOf('conf', inWorkTree),
    });
    assert.match(textOf(template), /a: one\+-two/);
    assert.match(fleet.git('show', `HEAD:${template}`), /a: one\+two/);
    const faults = await fleet.check('main');
    const fault = `${template}:1:1: error read/unreadable: the file cannot be read: .gitattributes converts it (working-tree-encoding=UTF-7)`;
    assert.ok(
      faults.some((line) => line.startsWith(fault)),
      faults.join('\n'),
    );
  });

  it('K10: cannot hide behind a link, or in a folder that no compile reads', async () => {
    start('link');
    symlinkSync('../shared/conf.txt', join(fleet.path, 'templates/link.yaml'));
    checkOut({
      'shared/.gitattributes': '*.txt working-tree-encoding=UTF-7\n',
      'shared/conf.txt': widgetOf('other', inWorkTree),
    });
    assert.match(textOf('templates/link.yaml'), /a: one\+-two/);
    const faults = await fleet.check('main');
    assert.match(faults.join('\n'), /^templates\/link\.yaml:1:1: error .*converts it/m);
  });

  it('K10: cannot make a check read other rendered files than syncers', async () => {
    start('rendered');
    fleet.write(template, widgetOf('conf', inWorkTree));
    await fleet.compile();
    checkOut({ '.gitattributes': 'rendered/** working-tree-encoding=UTF-7\n' });
    assert.match(textOf(rendered), /a: one\+-two/);
    assert.match(fleet.git('show', `HEAD:${rendered}`), /a: one\+two/);
    const faults = await fleet.check('main');
    const fault = `${rendered}:1:1: error write/foreign-file: cannot overwrite this file: .gitattributes converts it`;
    assert.ok(
      faults.some((line) => line.startsWith(fault)),
      faults.join('\n'),
    );
  });

  it('K10: cannot make a review compile other files than the syncer', async () => {
    start('review');
    checkOut({
      'templates/.gitattributes': '*.yaml working-tree-encoding=UTF-7 ident\n',
      [template]: widgetOf('conf', inWorkTree),
      'templates/other.yaml': widgetOf('other', '"$Id$"'),
    });
    const history = await GitHistory.open(fleet.path, AbortSignal.timeout(60_000));
    const commit = fleet.git('rev-parse', 'HEAD').trim();
    const texts = await history.withFiles({ commit }, async (directory) =>
      [template, 'templates/other.yaml'].map((path) => readFileSync(join(directory, path), 'utf8')),
    );
    assert.deepEqual(texts, [widgetOf('conf', inCommit), widgetOf('other', '"$Id$"')]);
    assert.match(fleet.git('worktree', 'list'), /^[^\n]*\n$/);
  });

  it('K10: may convert files that no compile reads', async () => {
    start('others');
    checkOut({
      '.gitattributes':
        '*.ps1 working-tree-encoding=UTF-16LE-BOM\n*.yaml working-tree-encoding=UTF-8\n',
    });
    assert.deepEqual(await fleet.check('main'), []);
  });
});
