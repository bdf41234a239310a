import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { filesOf } from '#io/fetch/archive.ts';
import { fetchSource } from '#io/fetch/fetch.ts';
import { readTar } from '#io/fetch/tar.ts';
import { ChartServer } from '../chart-server.ts';
import { tarOf } from '../tar.ts';

describe('a tar archive', () => {
  const long = `${'folder/'.repeat(20)}file.yaml`;

  it('has regular files with names of any length', async () => {
    const files = await readTar(
      tarOf(
        { name: 'pax', type: 'g', text: '20 comment=whatever\n' },
        { name: './web/', type: '5' },
        { name: './web/a.yaml', text: 'a: 1' },
        { name: 'b.yaml', prefix: 'deep/folder', text: 'b'.repeat(512) },
        { name: 'pax', type: 'x', text: `11 mtime=1\n${long.length + 10} path=${long}\n` },
        { name: 'cut short', text: 'c' },
        { name: '././@LongLink', type: 'L', text: `${long}2\0` },
        { name: 'cut short', text: 'd' },
        { name: 'logo.png', text: Buffer.from([0x89, 0x50]) },
      ),
    );
    assert.deepEqual(
      [...files],
      [
        ['web/a.yaml', 'a: 1'],
        ['deep/folder/b.yaml', 'b'.repeat(512)],
        [long, 'c'],
        [`${long}2`, 'd'],
        ['logo.png', { reason: 'it is not UTF-8', base64: 'iVA=' }],
      ],
    );
  });

  it('K6: is rejected when a path leads out of it', async () => {
    for (const name of ['../x', '/etc/x', 'a/../../x', 'a//x']) {
      await assert.rejects(readTar(tarOf({ name, text: 'x' })), /unsafe path/, name);
    }
    const pax = { name: 'pax', type: 'x', text: '13 path=../x\n' };
    await assert.rejects(readTar(tarOf(pax, { name: 'x' })), /unsafe path/);
    await assert.rejects(readTar(tarOf({ ...pax, type: 'g' }, { name: 'x' })), /unsafe path/);
    const [[, content] = []] = await readTar(tarOf({ name: 'a', type: '3' }));
    assert.deepEqual(content, { reason: 'it is not a regular file' });
  });

  it('K7: has only links to its own files and folders', async () => {
    const archive = tarOf(
      { name: 'web/values.yaml', text: 'a: 1' },
      { name: 'lib/templates/a.tpl', text: 'b' },
      { name: 'web/same.yaml', type: '1', target: 'web/values.yaml' },
      { name: 'web/linked.yaml', type: '2', target: 'same.yaml' },
      { name: 'web/charts/lib', type: '2', target: '../../lib' },
      { name: 'web/out', type: '2', target: '../../x' },
      { name: 'web/absolute', type: '2', target: '/etc/passwd' },
      { name: 'web/hard', type: '1', target: '/etc/passwd' },
    );
    const outside = (name: string) => ({
      reason: `${name} is a symbolic link that leads out of the repository`,
      outside: true,
    });
    assert.deepEqual(Object.fromEntries(filesOf(await readTar(archive))), {
      'web/values.yaml': 'a: 1',
      'web/same.yaml': 'a: 1',
      'web/linked.yaml': 'a: 1',
      'web/charts/lib/templates/a.tpl': 'b',
      'web/out': outside('web/out'),
      'web/absolute': outside('web/absolute'),
      'web/hard': { reason: 'it is not a regular file' },
      'lib/templates/a.tpl': 'b',
    });
  });

  it('K6: ignores a path in the second line of a pax record', async () => {
    const record = 'comment=x\n12 path=../x\n';
    const pax = { name: 'pax', type: 'x', text: `${record.length + 3} ${record}` };
    assert.deepEqual([...(await readTar(tarOf(pax, { name: 'x', text: '1' })))], [['x', '1']]);
  });

  it('is rejected when it is damaged', async () => {
    const whole = tarOf({ name: 'a', text: 'x'.repeat(600) });
    await assert.rejects(readTar(whole.subarray(0, 1024)), /not a valid tar archive: .*truncated/);
    await assert.rejects(readTar(Buffer.from('<html>'.repeat(200))), /not a valid tar archive/);
    const changed = Buffer.from(whole);
    changed.write('b', 0);
    await assert.rejects(readTar(changed), /checksum/);
  });
});

describe('a fetched source', () => {
  const folder = mkdtempSync(join(tmpdir(), 'regatta-fetch-test-'));
  const saved = { cache: process.env.XDG_CACHE_HOME };
  let server: ChartServer;
  before(async () => {
    server = await ChartServer.start();
    process.env.XDG_CACHE_HOME = folder;
  });
  after(async () => {
    if (saved.cache === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = saved.cache;
    await server.close();
    rmSync(folder, { recursive: true });
  });

  /** Returns the reason why a chart in this form is rejected. */
  async function refused(chart: Buffer): Promise<string> {
    const entry = '  web: [{apiVersion: v2, name: web, version: 1.0.0, urls: [web-1.0.0.tgz]}]';
    server.serve('/bad/index.yaml', `apiVersion: v1\nentries:\n${entry}\n`);
    server.serve('/bad/web-1.0.0.tgz', chart);
    const repository = `http://${server.host}/bad`;
    const source = { type: 'chart', repository, name: 'web', version: '1.0.0' } as const;
    const result = await fetchSource(source, undefined, AbortSignal.timeout(30_000));
    return result.type === 'failed' ? result.message : result.type;
  }

  it('must be a chart as Helm packages it, with the right name and within the maximum size', async () => {
    const chart = { name: 'web/Chart.yaml', text: 'name: web' };
    assert.equal(await refused(gzipSync(tarOf(chart))), 'fetched');
    assert.match(await refused(gzipSync(tarOf(chart, { name: '../x' }))), /unsafe path/);
    assert.match(
      await refused(gzipSync(tarOf({ ...chart, name: 'other/Chart.yaml' }))),
      /^the package does not contain web\/Chart.yaml$/,
    );
    assert.match(await refused(Buffer.from('hello')), /^not a gzip archive/);
  });

  it('is reported with the reason when the fetch fails', async () => {
    const repository = `http://${server.host}/none`;
    const source = { type: 'chart', repository, name: 'web', version: '1.0.0' } as const;
    const chart = await fetchSource(source, undefined, AbortSignal.timeout(30_000));
    assert.match(
      chart.type === 'failed' ? chart.message : '',
      /^the server answered 404 for index.yaml$/,
    );
    const file = { type: 'file', url: 'http://127.0.0.1:9/a.yaml' } as const;
    const refusal = await fetchSource(file, undefined, AbortSignal.timeout(30_000));
    assert.match(refusal.type === 'failed' ? refusal.message : '', /ECONNREFUSED|bad port/);
  });
});
