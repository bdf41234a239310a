import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runCommand } from '#test/commands/run-command.ts';
import { clusterOf, namespaces, policy, secret, toolsPolicy, web } from './diff-objects.ts';

const regions = ['eu', 'us', 'asia'];

/** The fleet is a Git repository with 60 clusters; each change is on a separate branch. */
describe('regatta diff', () => {
  let folder: string;
  let fleet: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regatta-diff-'));
    fleet = join(folder, 'fleet');
    await mkdir(fleet);
    git('init', '--quiet', '--initial-branch=main');
    for (let index = 0; index < 60; index++) {
      const name = `c${String(index).padStart(2, '0')}`;
      await write(`clusters/${name}.yaml`, clusterOf(name, regions[index % 3] ?? ''));
    }
    await write('templates/web.yaml', web({ image: 'ghcr.io/shop/web:1.0', replicas: 3 }));
    await write('templates/secret.yaml', secret('b2xk'));
    await write('templates/namespaces.yaml', namespaces(['shop', 'tools']));
    await write('policies/web.yaml', policy('web', ['eu', 'us', 'asia'], 'Deployment'));
    await write('policies/secret.yaml', policy('secret', ['eu'], 'Secret'));
    await write('policies/tools.yaml', toolsPolicy(['c00', 'c03', 'c06']));
    compileAndCommit('first');
  });
  after(() => rm(folder, { recursive: true }));

  it('prints that nothing changes, and exits 0', async () => {
    await branch('same', () => write('README.md', 'for people'));
    assert.deepEqual(diff('same'), { status: 0, out: 'nothing changes\n', err: '' });
  });

  it('shows a new image on 60 clusters once, in short, with the line that caused it', async () => {
    const next = web({ image: 'ghcr.io/shop/web:1.1', replicas: 3 });
    await branch('image', () => write('templates/web.yaml', next));
    const { status, out } = diff('image', '-o', 'markdown');
    assert.equal(status, 1);
    assert.ok(out.split('\n').length < 60, out);
    assert.match(out, /0 objects added, 60 changed, 0 removed on 60 clusters/);
    assert.match(out, /changed Deployment shop\/web × 60 clusters: c00, c01, c02, c03 and 56 more/);
    assert.match(
      out,
      /\*\*image\*\* ` Deployment shop\/web: ghcr.io\/shop\/web:1.0 → ghcr.io\/shop\/web:1.1 `/,
    );
    assert.match(out, /^# templates\/web.yaml:\d+: image: ghcr.io\/shop\/web:1.1$/m);
  });

  it('EN20: shows in every format, and before the merge, an update that API servers reject', async () => {
    const words =
      /Deployment shop\/web cannot be updated: spec\.selector: Invalid value: .*: field is immutable/;
    const renamed = web({ image: 'ghcr.io/shop/web:1.0', replicas: 3 }).replaceAll(
      'app: web',
      'app: shop',
    );
    await branch('selector', () => write('templates/web.yaml', renamed));
    for (const format of ['text', 'markdown', 'json', 'html']) {
      const { out, err } = diff('selector', '-o', format);
      assert.match(out.replaceAll('&quot;', '"'), words, format);
      assert.equal(err, '', format);
    }
    git('checkout', '--quiet', 'selector');
    const linted = run('lint', fleet, '--base', 'main');
    assert.equal(linted.status, 1, linted.err);
    assert.match(linted.out, /templates\/web.yaml:\d+:\d+: error validate\/immutable-field/);
    assert.match(linted.out, words);
    assert.match(linted.out, /hint: .*regatta\.dev\/replace: "true"/);
    assert.equal(run('lint', fleet).status, 0, 'rendered/ matches the sources');
    git('checkout', '--quiet', 'main');

    await write('templates/web.yaml', renamed);
    const checked = run('compile', '--check', fleet);
    assert.equal(checked.status, 1);
    assert.match(checked.err, words);
    git('checkout', '--quiet', '--force', 'main');
  });

  it('shows an object that a policy moves as moved', async () => {
    await branch('move', () => write('policies/secret.yaml', policy('secret', ['us'], 'Secret')));
    const { out } = diff('move');
    assert.match(out, /^20 objects added, 0 changed, 20 removed on 40 clusters$/m);
    assert.match(out, /^moved Secret shop\/token: c00, .* and 16 more → c01, .* and 16 more$/m);
    assert.doesNotMatch(out, /prune|^removed|^added/m);
    assert.match(out, /because of policies\/secret.yaml:\d+/);
  });

  it('shows the replicas of a workload that moves', async () => {
    await branch('shrink', () => write('policies/web.yaml', policy('web', ['eu'], 'Deployment')));
    const { out } = diff('shrink');
    assert.match(out, /removed Deployment shop\/web \(120 → 0 replicas\) × 40 clusters/);
  });

  it('hides the values of Secrets, also in the lines that caused a change', async () => {
    await branch('secret', () => write('templates/secret.yaml', secret('bmV3')));
    for (const format of ['text', 'markdown', 'json', 'html']) {
      const { out } = diff('secret', '-o', format);
      assert.match(out, /\(hidden\)/, format);
      assert.doesNotMatch(out, /b2xk|bmV3/, format);
    }
  });

  it('stops at the deletion budget until exactly these deletions are acknowledged', async () => {
    await branch('tools', async () => {
      await write('templates/namespaces.yaml', namespaces(['shop']));
      await rm(join(fleet, 'policies/tools.yaml'));
    });
    const refused = diff('tools');
    assert.equal(refused.status, 3);
    const limit =
      /c00, c03, c06: 1 of 2 objects of kind Namespace in 24 h, allowed 0 \(spec.deletionBudget.kinds.Namespace\)/;
    assert.match(refused.out, limit);
    assert.match(refused.out, /c03\/_cluster\/namespace_tools.yaml/);

    const [, acknowledgement = ''] = /(apiVersion: regatta.dev[\s\S]*)$/.exec(refused.out) ?? [];
    const yaml = acknowledgement.replaceAll('\n  ', '\n');
    await branch('meant', () => write('policies/deletion.yaml', yaml), 'tools');
    const { status, out } = diff('meant');
    assert.equal(status, 1);
    assert.match(out, /and are acknowledged/);
    const acknowledged = git('show', 'meant:rendered/c03/_acknowledged.txt');
    assert.match(acknowledged, /^# Rendered by .*\n_cluster\/namespace_tools.yaml\n$/);
    assert.equal(
      diff('meant', '--base', 'tools').out,
      'nothing changes\n',
      'an acknowledgement changes no cluster',
    );
    await branch('more', () => rm(join(fleet, 'templates/secret.yaml')), 'meant');
    assert.equal(diff('more').status, 3);
  });

  it('holds compile --check to the same budget', async () => {
    await branch('check', async () => {});
    await write('templates/namespaces.yaml', namespaces(['shop']));
    await rm(join(fleet, 'policies/tools.yaml'));
    const { status, err } = run('compile', '--check', fleet);
    assert.equal(status, 3);
    assert.match(err, /c00, c03, c06: 1 of 2 objects of kind Namespace in 24 h, allowed 0/);
    git('checkout', '--quiet', '--force', 'main');
    git('clean', '--quiet', '--force', '-d');
  });

  it('compiles commits without rendered output', async () => {
    git('checkout', '--quiet', '--orphan', 'bare-main');
    git('rm', '-r', '--quiet', '--cached', 'rendered', 'bindings');
    await rm(join(fleet, 'rendered'), { recursive: true });
    await rm(join(fleet, 'bindings'), { recursive: true });
    commit('sources alone');
    git('checkout', '--quiet', '-b', 'bare-image');
    await write('templates/web.yaml', web({ image: 'ghcr.io/shop/web:1.2', replicas: 3 }));
    commit('image');
    const { out } = run('diff', '--base', 'bare-main', '--head', 'bare-image', fleet);
    assert.match(out, /0 objects added, 60 changed, 0 removed on 60 clusters/);
    assert.equal(git('worktree', 'list').trim().split('\n').length, 1);

    await write('templates/web.yaml', 'kind: [');
    commit('broken');
    const broken = run('diff', '--base', 'bare-main', '--head', 'bare-image', fleet);
    assert.equal(broken.status, 2);
    assert.match(broken.err, /templates\/web.yaml:\d+:\d+: error parse\/invalid-yaml/);
    git('checkout', '--quiet', '--force', 'main');
  });

  it('reports revisions that it cannot compare', async () => {
    assert.deepEqual(run('diff', '--base', 'nowhere', fleet), {
      status: 2,
      out: '',
      err: 'regatta: commit nowhere is not in this repository: name another commit (--base), or fetch it (git fetch)\n',
    });
    const shallow = join(folder, 'shallow');
    const url = `file://${fleet}`;
    execFileSync('git', ['clone', '--quiet', '--depth=1', '--branch=image', url, shallow]);
    const { status, err } = run('diff', '--base', 'origin/main', shallow);
    assert.equal(status, 2);
    assert.match(
      err,
      /commit origin\/main is not in this repository, because the clone is shallow: fetch the whole/,
    );
    const { err: none } = run('diff', '--base', 'main', folder);
    assert.match(none, /is not in a Git repository: name a clone/);
  });

  interface Outcome {
    readonly status: number | null;
    readonly out: string;
    readonly err: string;
  }

  function diff(head: string, ...args: readonly string[]): Outcome {
    return run('diff', '--base', 'main', '--head', head, ...args, fleet);
  }

  async function branch(
    name: string,
    change: () => Promise<unknown>,
    from = 'main',
  ): Promise<void> {
    git('checkout', '--quiet', '-b', name, from);
    await change();
    compileAndCommit(name);
    git('checkout', '--quiet', 'main');
  }

  function compileAndCommit(message: string): void {
    const { status, err } = run('compile', fleet);
    assert.equal(status, 0, err);
    commit(message);
  }

  function commit(message: string): void {
    git('add', '--all');
    const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
    git(...author, 'commit', '--quiet', '--allow-empty', '--message', message);
  }

  function git(...args: readonly string[]): string {
    return execFileSync('git', args, { cwd: fleet, encoding: 'utf8' });
  }

  async function write(file: string, content: unknown): Promise<void> {
    const path = join(fleet, file);
    await mkdir(join(path, '..'), { recursive: true });
    const list = Array.isArray(content) ? content : [content];
    const texts = list.map((item) =>
      typeof item === 'string' ? item : JSON.stringify(item, null, 2).replace(/"(\w+)":/g, '$1:'),
    );
    await writeFile(path, `${texts.join('\n---\n')}\n`);
  }

  function run(...args: readonly string[]): Outcome {
    const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
    const { status, stdout, stderr } = runCommand(args, { env });
    return { status, out: stdout, err: stderr };
  }
});
