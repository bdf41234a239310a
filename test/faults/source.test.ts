import assert from 'node:assert/strict';
import { chmod, readdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { GitServer } from '#test/git-server.ts';
import { FaultedFleet, many } from './faulted-fleet.ts';

let faulted: FaultedFleet;
let changes = 0;

function next(): Readonly<Record<string, string>> {
  return many(8, String(++changes));
}

describe('the clone of a syncer', () => {
  before(async () => {
    faulted = await FaultedFleet.open();
  });
  after(() => faulted?.close());
  beforeEach(async () => {
    await faulted.want(next());
    await faulted.once();
  });
  afterEach(() => faulted.expectSound());

  it('clones again when the clone disappeared', async () => {
    await rm(faulted.stateDirectory, { recursive: true });
    await faulted.want(next());
    await faulted.once();
  });

  it('clones again when objects of the clone are broken', async () => {
    for (const file of await filesBelow(faulted.stateDirectory)) {
      if (!/\/objects\//.test(file)) continue;
      await chmod(file, 0o644);
      await truncate(file, 7);
    }
    await faulted.want(next());
    await faulted.once();
  });

  it('clones again when the head of the clone is invalid', async () => {
    for (const file of await filesBelow(faulted.stateDirectory)) {
      if (/\/(HEAD|config|packed-refs)$/.test(file)) await writeFile(file, 'nonsense\0');
    }
    await faulted.want(next());
    await faulted.once();
  });

  it('keeps the clusters unchanged when the disk of the clone is full', async () => {
    const syncer = faulted.startOnSmallDisk();
    await syncer.event(({ type }) => type === 'synced', 60_000);
    const fill = `/proc/${syncer.pid}/root${faulted.stateDirectory}/fill`;
    await assert.rejects(writeFile(fill, Buffer.alloc(2 ** 26, 'x')), /ENOSPC/);
    const before = next();
    await faulted.want(before);
    await syncer.event(({ type }) => type === 'source-trouble', 20_000);
    await rm(fill);
    await faulted.expectSound(syncer);
    await syncer.stop('SIGTERM');
  });
});

describe('a Git server', () => {
  let server: GitServer;
  before(async () => {
    faulted = await FaultedFleet.open();
    server = await GitServer.start({ root: faulted.repo.directory });
  });
  after(async () => {
    await server?.close();
    await faulted?.close();
  });
  afterEach(() => {
    server.answer = undefined;
    server.pauseMs = 0;
  });

  for (const [what, answer] of [
    ['is down', (_: unknown, response: { destroy(): void }) => response.destroy()],
    [
      'answers 503',
      (_: unknown, response: { writeHead(code: number): { end(): void } }) =>
        response.writeHead(503).end(),
    ],
    [
      'sends an HTML page',
      (_: unknown, response: { end(text: string): void }) => response.end('<html>sign in</html>'),
    ],
  ] as const) {
    it(`changes nothing while the Git server ${what}, and syncs the commits pushed meanwhile afterwards`, async () => {
      await faulted.want(next());
      const syncer = faulted.startFrom(`${server.url}repo.git`, '--poll', '200ms');
      await faulted.expectSound(syncer);
      server.answer = answer;
      await syncer.event(({ type }) => type === 'source-trouble', 20_000);
      await faulted.expectSound(syncer);
      await faulted.want(next());
      server.answer = undefined;
      await faulted.expectSound(syncer);
      await syncer.stop('SIGTERM');
    });
  }

  it('waits for a slow Git server', async () => {
    await faulted.want(next());
    server.pauseMs = 100;
    const syncer = faulted.startFrom(`${server.url}repo.git`, '--poll', '200ms');
    await faulted.expectSound(syncer);
    await syncer.stop('SIGTERM');
  });

  it('changes nothing when the Git server lacks the commit of its branch', async () => {
    await faulted.want(next());
    const syncer = faulted.startFrom(`${server.url}repo.git`, '--poll', '200ms');
    await faulted.expectSound(syncer);
    const refs = join(faulted.repo.url, 'refs/heads/main');
    await rename(refs, `${refs}.kept`);
    await writeFile(refs, `${'d'.repeat(40)}\n`);
    await syncer.event(({ type }) => type === 'source-trouble', 20_000);
    await faulted.expectSound(syncer);
    await rename(`${refs}.kept`, refs);
    await faulted.want(next());
    await faulted.expectSound(syncer);
    assert.ok(!syncer.events.some((event) => event.type === 'object' && event.result === 'pruned'));
    await syncer.stop('SIGTERM');
  });
});

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}
