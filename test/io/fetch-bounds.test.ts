import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Archive, ArchiveEntry } from '#io/fetch/archive.ts';
import { blobDigest, saveBlob } from '#io/fetch/blobs.ts';
import { fetchSource } from '#io/fetch/fetch.ts';
import { formerDigest, readFileList, writeFileList } from '#io/fetch/file-list.ts';
import { readTar } from '#io/fetch/tar.ts';
import { changeFiles } from '#io/files/files.ts';
import { isSafePath } from '#io/files/safe-path.ts';
import type { RemoteSource } from '#model/remote-source.ts';
import { ChartServer } from '../chart-server.ts';
import { GitServer } from '../git-server.ts';
import { tarOf } from '../tar.ts';

const run = promisify(execFile);
const soon = () => AbortSignal.timeout(60_000);
/** Parts from which the test builds hostile paths. */
const part = fc.constantFrom('a', 'b', '..', '.', '', '\0', 'c\0', '/', ' ');
const path = fc.array(part, { maxLength: 5 }).map((parts) => parts.join('/'));

describe('a fetched source', () => {
  const folder = mkdtempSync(join(tmpdir(), 'regatta-bounds-'));
  const saved = process.env.XDG_CACHE_HOME;
  let charts: ChartServer;
  let git: GitServer;
  before(async () => {
    process.env.XDG_CACHE_HOME = join(folder, 'cache');
    charts = await ChartServer.start();
    git = await GitServer.start({ root: folder });
  });
  after(async () => {
    if (saved === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = saved;
    await charts.close();
    await git.close();
    rmSync(folder, { recursive: true });
  });

  it('is rejected when a path is longer or deeper than file systems support', () => {
    assert.ok(isSafePath(`${'a/'.repeat(63)}x`));
    assert.ok(!isSafePath(`${'a/'.repeat(64)}x`));
    assert.ok(!isSafePath('a'.repeat(1025)));
  });

  const head = 'regatta git files v1\n';
  const listOf = (rows: unknown) => Buffer.from(head + JSON.stringify(rows));

  it('is read only from lists of files with a header and with paths that stay inside', () => {
    const files: Archive = new Map<string, ArchiveEntry>([
      ['a', 'text'],
      ['b/c', { reason: 'it is not UTF-8', base64: 'iVA=' }],
      ['d', { link: 'b' }],
    ]);
    assert.deepEqual(readFileList(writeFileList(files)), files);
    assert.throws(() => readFileList(Buffer.from('[["a", "x"]]')), /not a list of files of a Git/);
    for (const name of ['../x', '/x', 'a/../x', 'a//x', '', 'a\0']) {
      assert.throws(() => readFileList(listOf([[name, 'x']])), /unsafe path/, name);
    }
    fc.assert(
      fc.property(fc.array(fc.tuple(path, fc.anything())), (rows) => {
        const text = JSON.stringify(rows);
        let read: ReadonlyMap<string, unknown> = new Map();
        try {
          read = readFileList(Buffer.from(head + text));
        } catch (error) {
          assert.match(String(error), /list of files|unsafe path|JSON/);
        }
        for (const name of read.keys()) assert.ok(isSafePath(name), name);
      }),
    );
  });

  it('is read from archives whose paths stay inside, for any bytes', async () => {
    const entry = fc.record({
      name: path,
      text: fc.string(),
      type: fc.constantFrom('0', '1', '2', 'x', 'L'),
    });
    const flips = fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 4 }), flips, async (entries, changed) => {
        const archive = tarOf(...entries);
        for (const [at, byte] of changed) if (at < archive.length) archive[at] = byte;
        let read: ReadonlyMap<string, unknown> = new Map();
        try {
          read = await readTar(archive);
        } catch (error) {
          assert.match(String(error), /unsafe path|not a valid tar archive/);
        }
        for (const name of read.keys()) assert.ok(isSafePath(name), name);
      }),
      { numRuns: 500 },
    );
  });

  it('K6: S03: cannot be written outside of a folder', async () => {
    const top = join(folder, 'top');
    const inside = join(top, 'inside');
    mkdirSync(inside, { recursive: true });
    const texts = fc.dictionary(path, fc.string(), { minKeys: 1, maxKeys: 3 });
    await fc.assert(
      fc.asyncProperty(texts, fc.array(path), async (write, remove) => {
        const change = { write: new Map(Object.entries(write)), remove };
        const isSafe = [...change.write.keys(), ...remove].every(isSafePath);
        const outcome = await changeFiles(inside, change).then(
          () => '',
          (error) => String(error),
        );
        if (!isSafe) assert.notEqual(outcome, '');
        assert.deepEqual(readdirSync(top), ['inside']);
      }),
      { numRuns: 200 },
    );
    assert.ok(existsSync(inside));
  });

  it('K6: S03: is found in the cache only by its own type', async () => {
    const blob = Buffer.from('kind: ConfigMap\n');
    const digest = blobDigest(blob);
    saveBlob('file', digest, blob);
    const url = 'http://127.0.0.1:9/none.yaml';
    const found = await fetchSource({ type: 'file', url }, digest, soon());
    assert.equal(found.type, 'fetched');
    const source: RemoteSource = { type: 'git', url: `${git.url}none.git`, ref: 'main' };
    const other = await fetchSource(source, digest, soon());
    // The repository does not exist, so a failure of git shows that the cache had nothing.
    assert.match(other.type === 'failed' ? other.message : other.type, /not found|not exist|404/i);
  });

  it('K6: S03: is rejected with little memory when a small package of a chart expands to 1 GiB', async () => {
    const member = gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 });
    const bomb = Buffer.concat(Array.from({ length: 16 }, () => member));
    assert.ok(bomb.length < 2_000_000);
    charts.serve('/bomb/web-1.0.0.tgz', bomb);
    const entry = '{apiVersion: v2, name: web, version: 1.0.0, urls: [web-1.0.0.tgz]}';
    charts.serve('/bomb/index.yaml', `apiVersion: v1\nentries:\n  web: [${entry}]\n`);
    const source = {
      type: 'chart',
      repository: `http://${charts.host}/bomb`,
      name: 'web',
      version: '1.0.0',
    };
    const script = `
      import { fetchSource } from '#io/fetch/fetch.ts';
      const result = await fetchSource(${JSON.stringify(source)}, undefined, AbortSignal.timeout(60000));
      console.log(JSON.stringify({ ...result, kib: process.resourceUsage().maxRSS }));`;
    const args = ['--input-type=module', '--eval', script];
    const { stdout } = await run(process.execPath, args);
    const { message, kib } = JSON.parse(stdout);
    assert.equal(message, 'it is larger than 256 MiB, unpacked');
    assert.ok(kib < 640 * 1024, `${kib} KiB`);
  });

  /** Creates a bare repository whose branch has the given tree. */
  function makeRepository(
    name: string,
    treeOf: (write: (type: string, data: Buffer) => string) => string,
  ) {
    const directory = join(folder, name);
    execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', directory]);
    const write = (type: string, input: Buffer): string =>
      execFileSync('git', ['hash-object', '-t', type, '-w', '--stdin'], { cwd: directory, input })
        .toString()
        .trim();
    const text = `tree ${treeOf(write)}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\nx\n`;
    const commit = write('commit', Buffer.from(text));
    execFileSync('git', ['update-ref', 'refs/heads/main', commit], { cwd: directory });
    return { type: 'git', url: `${git.url}${name}`, ref: 'main' } as const;
  }

  const treeEntry = (mode: string, name: string, oid: string) =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]);

  it('is rejected when a Git repository has too large or too many files', async () => {
    const large = makeRepository('large.git', (write) => {
      const blob = write('blob', Buffer.alloc(8 * 1024 * 1024, 32));
      const names = Array.from({ length: 40 }, (_, index) => String(index + 100));
      return write('tree', Buffer.concat(names.map((name) => treeEntry('100644', name, blob))));
    });
    const result = await fetchSource(large, undefined, soon());
    assert.deepEqual(result, { type: 'failed', message: 'it is larger than 256 MiB, unpacked' });
    const many = makeRepository('many.git', (write) => {
      let [mode, oid] = ['100644', write('blob', Buffer.from('x'))];
      for (let level = 0; level < 10; level++) {
        const names = Array.from({ length: 10 }, (_, index) => `folder-with-a-name-${index}`);
        oid = write('tree', Buffer.concat(names.map((name) => treeEntry(mode, name, oid))));
        mode = '40000';
      }
      return oid;
    });
    const refused = await fetchSource(many, undefined, soon());
    assert.deepEqual(refused, { type: 'failed', message: 'it has more than 20000 files' });
  });

  it('distinguishes a digest in the former format from a changed Git repository', async () => {
    const source = makeRepository('plain.git', (write) => {
      const [text, binary] = [Buffer.from('kind: Map\n'), randomBytes(16).fill(0xff)];
      const entries = [
        treeEntry('100644', 'a.yaml', write('blob', text)),
        treeEntry('100644', 'b.bin', write('blob', binary)),
        treeEntry('120000', 'c', write('blob', Buffer.from('a.yaml'))),
      ];
      return write('tree', Buffer.concat(entries));
    });
    const now = await fetchSource(source, undefined, soon());
    assert.equal(now.type === 'fetched' ? now.files.get('c') : now.type, 'kind: Map\n');
    const base64 = Buffer.alloc(16, 0xff).toString('base64');
    const former = [
      ['a.yaml', 'kind: Map\n'],
      ['b.bin', { reason: 'it is not UTF-8', base64 }],
      ['c', { reason: 'it is a link or another file that is not regular' }],
    ];
    const digest = blobDigest(Buffer.from(JSON.stringify(former)));
    assert.deepEqual(await fetchSource(source, digest, soon()), { type: 'former-format' });
    const other = formerDigest(new Map([['a.yaml', 'kind: Other\n']]));
    assert.equal((await fetchSource(source, other, soon())).type, 'changed');
  });
});
