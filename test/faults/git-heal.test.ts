import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type GitSource, openGit } from '#io/git/source.ts';
import { FleetRepo } from '#test/cluster/fleet-repo.ts';

const never = new AbortController().signal;
let repo: FleetRepo;

/** Returns the files of a clone whose path matches, such as its packs. */
async function files(clone: string, pattern: RegExp): Promise<readonly string[]> {
  const all = await readdir(clone, { recursive: true });
  const found = all.filter((path) => pattern.test(path)).map((path) => join(clone, path));
  assert.ok(found.length > 0, `${pattern} in ${all}`);
  return found;
}

function each(pattern: RegExp, change: (file: string) => Promise<void>) {
  return async (clone: string) => {
    for (const file of await files(clone, pattern)) await change(file);
  };
}

async function flip(file: string): Promise<void> {
  const bytes = await readFile(file);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  await rm(file);
  await writeFile(file, bytes);
}

const put = (name: string, text: string) => async (clone: string) => {
  await mkdir(join(clone, name, '..'), { recursive: true });
  await writeFile(join(clone, name), text);
};

const ref = /refs\/regatta(-fetched)?\/main$/;

/** Ways in which a crash, a full disk or a person can leave a clone. */
const ways: Readonly<Record<string, (clone: string) => Promise<void>>> = {
  'empty refs': each(ref, (file) => truncate(file)),
  'refs full of zero bytes': each(ref, (file) => writeFile(file, '\0'.repeat(41))),
  'refs that name a missing commit': each(ref, (file) => writeFile(file, `${'1'.repeat(40)}\n`)),
  'missing refs': each(ref, (file) => rm(file)),
  'a flipped byte in each pack': each(/\.pack$/, flip),
  'a flipped byte in each index of a pack': each(/\.idx$/, flip),
  'truncated packs': each(/\.pack$/, (file) => truncate(file, 20)),
  'empty packs': each(/\.pack$/, (file) => truncate(file)),
  'missing packs': each(/\.pack$/, (file) => rm(file)),
  'missing indexes of packs': each(/\.idx$/, (file) => rm(file)),
  'no objects': (clone) => rm(join(clone, 'objects'), { recursive: true }),
  'no HEAD': (clone) => rm(join(clone, 'HEAD')),
  'an empty HEAD': put('HEAD', ''),
  'a broken config': put('config', '[core\n'),
  'broken packed refs': put('packed-refs', 'no ref\n'),
  'a broken shallow file': put('shallow', 'no commit\n'),
  'no clone': (clone) => rm(clone, { recursive: true }),
};

/** Files of a process that was killed. Only a new process may remove them. */
const leftovers: Readonly<Record<string, (clone: string) => Promise<void>>> = {
  'a lock of a ref': put('refs/regatta/main.lock', ''),
  'a lock of the shallow file': put('shallow.lock', ''),
  'a lock of packed refs': put('packed-refs.lock', ''),
  'a lock of the maintenance': put('objects/maintenance.lock', ''),
  'a partial pack': put('objects/pack/tmp_pack_Ab3', 'PACK'),
  'a locked work tree': put('worktrees/x.tree/locked', 'initializing'),
};

describe('K62: the state directory heals itself', () => {
  before(async () => {
    repo = await FleetRepo.make();
    for (const n of [1, 2]) {
      await repo.push({
        'rendered/member1/a.yaml': `a: ${n}\n`,
        'templates/a.yaml': 'b: 1',
      });
    }
  });
  after(() => repo?.remove());

  let count = 0;
  const optionsOf = (stateDirectory: string) => {
    return { repo: repo.url, branch: 'main', path: 'rendered', stateDirectory, allowRewind: false };
  };

  async function cloned(): Promise<{ source: GitSource; state: string }> {
    const state = join(repo.directory, `state-${count++}`);
    const source = await openGit(optionsOf(state));
    await readAll(source);
    return { source, state };
  }

  it('K62: a running syncer recovers from a damaged clone', async (test) => {
    for (const [name, damage] of Object.entries(ways)) {
      await test.test(name, async () => {
        const { source } = await cloned();
        await damage(source.directory);
        assert.equal(await eventually(source), 'a: 2\n');
      });
    }
  });

  it('K62: a syncer that starts recovers from damage, and removes what a killed one left', async (test) => {
    for (const [name, damage] of Object.entries({ ...ways, ...leftovers })) {
      await test.test(name, async () => {
        const { source, state } = await cloned();
        await damage(source.directory);
        await cp(state, `${state}-moved`, { recursive: true });
        for (const file of await readdir(`${state}-moved`)) {
          if (file.endsWith('.owner')) await rm(join(`${state}-moved`, file));
        }
        const restarted = await openGit(optionsOf(`${state}-moved`));
        assert.equal(await eventually(restarted), 'a: 2\n');
        if (name in leftovers) {
          const left = await readdir(restarted.directory, { recursive: true });
          assert.deepEqual(
            left.filter((path) => /\.lock$|tmp_|locked/.test(path)),
            [],
          );
        }
      });
    }
  });

  it('K62: a clone that was replaced still accepts no commit of another line of history', async () => {
    const other = await FleetRepo.make();
    const first = await other.push({ 'rendered/member1/a.yaml': 'a: 1\n' });
    await other.push({ 'rendered/member1/a.yaml': 'a: 2\n' });
    const state = join(other.directory, 'state');
    const source = await openGit({ ...optionsOf(state), repo: other.url });
    await readAll(source);
    await ways['a flipped byte in each pack']?.(source.directory);
    other.force(first);
    for (let attempt = 0; attempt < 3; attempt++) await assert.rejects(source.fetch(never));
    await assert.rejects(source.fetch(never), /was reset or force-pushed/);
    await other.remove();
  });

  it('K62: two processes with one state directory have clones of their own', async () => {
    const { source, state } = await cloned();
    const module = pathToFileURL(join(import.meta.dirname, '../../io/git/source.ts'));
    const script = `import { openGit } from '${module}';
      const source = await openGit(${JSON.stringify(optionsOf(state))});
      await source.fetch(new AbortController().signal);
      process.stdout.write(source.directory);`;
    const run = () =>
      spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
    const other = run();
    assert.equal(other.stdout, source.directory.replace(/\.git$/, '-2.git'), other.stderr);
    assert.equal(run().stdout, other.stdout, 'the place of an ended process is used again');
  });
});

/** Polls as the syncer does: it tries again after each failure. */
async function eventually(source: GitSource): Promise<string | undefined> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await readAll(source);
    } catch (error) {
      if (attempt === 4) throw error;
    }
  }
}

async function readAll(source: GitSource): Promise<string | undefined> {
  const commit = await source.fetch(never);
  assert.equal(commit.length, 40);
  const tree = await source.tree(commit, never);
  const [file] = tree?.files ?? [];
  const oid = file?.oid ?? '';
  return (await source.read([oid], never)).get(oid);
}
