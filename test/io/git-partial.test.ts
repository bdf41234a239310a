import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import type { GitOptions } from '#io/git/git-options.ts';
import { type GitSource, openGit } from '#io/git/source.ts';
import { FleetRepo } from '#test/cluster/fleet-repo.ts';
import { GitServer } from '#test/git-server.ts';

const never = new AbortController().signal;
let repo: FleetRepo;
let server: GitServer;

/** Content that does not compress, so that the bytes from the server show what was fetched. */
function noise(bytes: number): string {
  let state = 1;
  const letters = Array.from({ length: bytes }, () => {
    state = (state * 48271) % 2147483647;
    return String.fromCharCode(33 + (state % 90));
  });
  return letters.join('');
}

describe('a partial clone', () => {
  before(async () => {
    repo = await FleetRepo.make();
    execFileSync('git', ['-C', repo.url, 'config', 'uploadpack.allowFilter', 'true']);
    server = await GitServer.start({ root: repo.directory });
    await repo.push({
      'regatta.yaml': 'apiVersion: regatta.dev/v1alpha1\n',
      'rendered/member1/a.yaml': `one: ${noise(50_000)}\n`,
      'rendered/member1/same.yaml': 'same\n',
      'rendered/member10/a.yaml': `ten: ${noise(50_001)}\n`,
      'rendered/member2/a.yaml': `two: ${noise(50_002)}\n`,
      'rendered/member2/same.yaml': 'same\n',
      'templates/a.yaml': `source: ${noise(50_003)}\n`,
    });
  });
  after(async () => {
    await server?.close();
    await repo?.remove();
  });

  it('contains no file of other clusters, and no source', async () => {
    const source = await open('agent', { clusters: ['member1'] });
    const texts = await textsOf(source);
    assert.deepEqual([...texts.keys()], ['member1/a.yaml', 'member1/same.yaml']);
    assert.match(texts.get('member1/a.yaml') ?? '', /^one: /);
    const inClone = blobsOf(source);
    assert.equal(inClone.length, 3);
    for (const path of [
      'rendered/member2/a.yaml',
      'rendered/member10/a.yaml',
      'templates/a.yaml',
    ]) {
      assert.ok(!inClone.includes(oidOf(path)), path);
    }
  });

  it('contains only the rendered files of a fleet', async () => {
    const source = await open('fleet', {});
    assert.equal((await textsOf(source)).size, 5);
    assert.ok(blobsOf(source).includes(oidOf('rendered/member2/a.yaml')));
    assert.ok(!blobsOf(source).includes(oidOf('templates/a.yaml')));
  });

  it('fetches bytes in proportion to the change', async () => {
    const source = await open('agent', { clusters: ['member1'] });
    await textsOf(source);
    await repo.push({ 'rendered/member1/b.yaml': 'b: 1\n', 'templates/b.yaml': noise(60_000) });
    const before = server.sentBytes;
    assert.equal((await textsOf(source)).get('member1/b.yaml'), 'b: 1\n');
    const change = server.sentBytes - before;
    assert.ok(change < 4000, `${change} bytes`);
    await repo.push({ 'rendered/member2/c.yaml': noise(60_000) });
    const others = server.sentBytes;
    await textsOf(source);
    assert.ok(server.sentBytes - others < 4000, `${server.sentBytes - others} bytes`);
  });

  it('asks a server only for its references when it has no new commit', async () => {
    const source = await open('agent', { clusters: ['member1'] });
    const commit = await source.fetch(never);
    await source.tree(commit, never);
    server.requests.length = 0;
    await source.fetch(never);
    await source.tree(commit, never);
    assert.deepEqual(server.requests, [
      'GET /repo.git/info/refs?service=git-upload-pack',
      'POST /repo.git/git-upload-pack',
    ]);
  });

  it('fetches files that were moved into its directory', async () => {
    const source = await open('agent', { clusters: ['member1'] });
    await textsOf(source);
    const content = `moved: ${noise(1000)}\n`;
    await repo.push({ 'rendered/member2/moved.yaml': content });
    await textsOf(source);
    await repo.push({
      'rendered/member2/moved.yaml': undefined,
      'rendered/member1/m.yaml': content,
    });
    assert.equal((await textsOf(source)).get('member1/m.yaml'), content);
  });

  it('returns the last accepted commit without the server', async () => {
    const accepted = await (await open('agent', { clusters: ['member1'] })).fetch(never);
    server.answer = (_request, response) => response.writeHead(503).end();
    const source = await open('agent', { clusters: ['member1'] });
    await assert.rejects(source.fetch(never), /503|unable to access/);
    assert.equal(await source.last(never), accepted);
    const tree = await source.tree(accepted, never);
    assert.ok((await source.read([tree?.files[0]?.oid ?? ''], never)).size > 0);
    assert.equal(await (await open('new', {})).last(never), undefined);
    server.answer = undefined;
  });

  it('contains all files when the server sends no single objects', async () => {
    server.isOld = true;
    const source = await open('old', { clusters: ['member1'] });
    assert.match((await textsOf(source)).get('member1/a.yaml') ?? '', /^one: /);
    await repo.push({ 'rendered/member1/old.yaml': 'old: 1\n' });
    assert.equal((await textsOf(source)).get('member1/old.yaml'), 'old: 1\n');
    server.isOld = false;
  });

  it('contains all files when the server does not support filters', async () => {
    execFileSync('git', ['-C', repo.url, 'config', 'uploadpack.allowFilter', 'false']);
    const source = await open('plain', { clusters: ['member1'] });
    assert.match((await textsOf(source)).get('member1/a.yaml') ?? '', /^one: /);
  });

  it('K33: returns no directory for a cluster without one, and no tree without a rendered root', async () => {
    const source = await open('plain', { clusters: ['member3'] });
    const commit = await source.fetch(never);
    assert.deepEqual([...((await source.tree(commit, never))?.clusters.keys() ?? ['no tree'])], []);
    const elsewhere = await open('plain', { clusters: ['member3'], path: 'none' });
    assert.equal(await elsewhere.tree(commit, never), undefined);
  });
});

function open(state: string, options: Partial<GitOptions>): Promise<GitSource> {
  const stateDirectory = `${repo.directory}/${state}`;
  const standard = { branch: 'main', path: 'rendered', stateDirectory, allowRewind: false };
  return openGit({ repo: `${server.url}repo.git`, ...standard, ...options });
}

/** Returns the content of the head of the branch, by path. */
async function textsOf(source: GitSource): Promise<ReadonlyMap<string, string>> {
  const tree = await source.tree(await source.fetch(never), never);
  const files = tree?.files ?? [];
  const texts = await source.read([...new Set(files.map(({ oid }) => oid))], never);
  return new Map(files.map(({ path, oid }) => [path, texts.get(oid) ?? '']));
}

/** Returns the ids of all blobs in a clone. */
function blobsOf({ directory }: GitSource): readonly string[] {
  const args = ['-C', directory, 'cat-file', '--batch-check', '--batch-all-objects'];
  const lines = execFileSync('git', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).split('\n');
  return lines.filter((line) => / blob /.test(line)).map((line) => line.slice(0, 40));
}

function oidOf(path: string): string {
  const args = ['-C', repo.url, 'rev-parse', `main:${path}`];
  return execFileSync('git', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
