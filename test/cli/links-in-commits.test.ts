import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { compareCommits } from '#cli/diff/commits.ts';
import { compileDirectory } from '#cli/fleet/compile.ts';
import { openGit } from '#io/git/source.ts';
import { configMap, LinkedFleet } from '../linked-fleet.ts';

const never = new AbortController().signal;

describe('K7: symbolic links in a commit', () => {
  const fleet = new LinkedFleet();
  before(() => {
    fleet.reset();
    git('init', '--quiet', '--initial-branch=main');
    fleet.write('shared/map.yaml', configMap('shared', 'one'));
    fleet.link('templates/shared', '../shared');
    commit('one');
  });
  after(() => fleet.remove());

  function git(...args: readonly string[]): void {
    const identity = ['-c', 'user.name=eve', '-c', 'user.email=eve@example.com'];
    execFileSync('git', [...identity, ...args], { cwd: fleet.path });
  }

  function commit(name: string): void {
    git('add', '--all');
    git('commit', '--quiet', `--message=${name}`);
    git('tag', name);
  }

  it('a compiling syncer follows links in sources', async () => {
    const source = await openGit({
      repo: fleet.path,
      branch: 'main',
      path: 'rendered',
      stateDirectory: join(fleet.folder, 'state'),
      allowRewind: false,
      whole: true,
    });
    const directory = await source.checkout(await source.fetch(never), never);
    const { ok, summary } = await compileDirectory(directory);
    assert.deepEqual({ ok, objects: summary.objects }, { ok: true, objects: 2 });
    const made = await source.commit('compiled', never);
    const { files = [] } = (await source.tree(made ?? '', never)) ?? {};
    assert.ok(files.some(({ path }) => path === 'member1/default/configmap_shared.yaml'));
  });

  it('a comparison follows links in commits that it compiles', async () => {
    fleet.write('shared/map.yaml', configMap('shared', 'two'));
    commit('two');
    const { review } = await compareCommits(fleet.path, { base: 'one', head: 'two' });
    assert.match(JSON.stringify(review), /"one".*"two"/);
  });

  it('a comparison refuses links among rendered files', async () => {
    await fleet.compile();
    commit('three');
    fleet.link('rendered/member1/default/link.yaml', '../../../shared/map.yaml');
    commit('four');
    await assert.rejects(
      compareCommits(fleet.path, { base: 'three', head: 'four' }),
      /rendered\/member1\/default\/link\.yaml at \w{7} is a symbolic link or a submodule/,
    );
  });
});
