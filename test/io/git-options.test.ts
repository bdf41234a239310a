import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { GitCommand } from '#io/git/commands/command.ts';
import * as queries from '#io/git/commands/queries.ts';
import * as updates from '#io/git/commands/updates.ts';
import { runGit } from '#io/git/process.ts';
import { campaign } from '#test/campaign.ts';

/** All functions that create git commands. */
const commands = { ...queries, ...updates };

const never = new AbortController().signal;
let directory = '';
let repo = '';
let head = '';
/** A file that exists after an option has run a program or written a file. */
const trace = () => join(directory, 'trace');

/** Creates a command of the catalogue with a name from a repository. */
type Make = (name: string) => GitCommand;

/** One entry for each place of a name in a command, by function of the catalogue. */
const makers: Readonly<Record<string, readonly Make[]>> = {
  fetchBranch: [(branch) => commands.fetchBranch({ branch, ref: 'refs/x/y', contents: 'all' })],
  refetchBranch: [commands.refetchBranch],
  fetchObjects: [(oid) => commands.fetchObjects([oid])],
  fetchTags: [(name) => commands.fetchTags([name])],
  fetchFrom: [(ref) => commands.fetchFrom(repo, ref), (url) => commands.fetchFrom(url, 'main')],
  rewriteAddress: [commands.rewriteAddress],
  readRef: [commands.readRef, (name) => commands.readRef(`refs/heads/${name}`)],
  resolveCommit: [commands.resolveCommit],
  moveRef: [
    (ref) => commands.moveRef(ref, '', head),
    (id) => commands.moveRef('refs/x/y', '', id),
    (id) => commands.moveRef('refs/x/y', id, head),
  ],
  isAncestor: [(id) => commands.isAncestor(id, head), (id) => commands.isAncestor(head, id)],
  mergeBase: [(id) => commands.mergeBase(id, head), (id) => commands.mergeBase(head, id)],
  listAncestors: [commands.listAncestors],
  listMissing: [(path) => commands.listMissing(head, [path]), (id) => commands.listMissing(id, [])],
  listTree: [(path) => commands.listTree(head, [path]), (id) => commands.listTree(id, [])],
  listFiles: [(path) => commands.listFiles(head, [path]), (id) => commands.listFiles(id, [])],
  listFolders: [
    (path) => commands.listFolders(head, path),
    (id) => commands.listFolders(id, 'rendered'),
  ],
  readObjects: [(oid) => commands.readObjects([oid])],
  gradeSignature: [commands.gradeSignature],
  verifyTag: [commands.verifyTag],
  diffLines: [
    (within) => commands.diffLines(head, head, { within, except: [] }),
    (path) => commands.diffLines(head, head, { within: '', except: [path] }),
    (id) => commands.diffLines(id, head, { within: '', except: [] }),
    (id) => commands.diffLines(head, id, { within: '', except: [] }),
  ],
  commitTree: [(id) => commands.commitTree(id, head), (id) => commands.commitTree(head, id)],
  logChanges: [
    (path) => commands.logChanges(head, 0, path),
    (id) => commands.logChanges(id, 0, 'a'),
  ],
  logDeletions: [
    (path) => commands.logDeletions(head, head, path),
    (id) => commands.logDeletions(id, head, 'a'),
    (id) => commands.logDeletions(head, id, 'a'),
  ],
  logRender: [
    (path) => commands.logRender(head, [path]),
    (id) => commands.logRender(id, ['rendered']),
  ],
  differsOutside: [
    (folder) => commands.differsOutside(head, head, [folder]),
    (id) => commands.differsOutside(id, head, []),
    (id) => commands.differsOutside(head, id, []),
  ],
  commitTime: [commands.commitTime],
  commitStaged: [commands.commitStaged],
  pushTo: [(branch) => commands.pushTo(branch, head), (id) => commands.pushTo('main', id)],
};

/** Commands that contain no name from a repository. */
const withoutNames = [
  'initialise',
  'checkRefs',
  'checkObjects',
  'readOriginAddress',
  'listFetched',
  'archiveFetched',
  'tidy',
  'listRemoteTags',
  'listSafeDirectories',
  'locate',
  'locateShared',
  'listWorkTrees',
  'listHooksPaths',
  'isShallow',
  'addWorkTree',
  'addEmptyWorkTree',
  'fillWorkTree',
  'pruneWorkTrees',
  'stageAll',
  'stageChanges',
  'writeTree',
  'listUncommitted',
  'locateIndex',
  'locateObjects',
  'readAttributes',
  'hasStaged',
];

describe('K3: names in git commands', () => {
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'regatta-options-'));
    repo = join(directory, 'repo');
    await mkdir(repo);
    git('init', '--quiet', '--initial-branch=main');
    for (const path of hostile.map((name) => `f/${name}`)) {
      await mkdir(dirname(join(repo, path)), { recursive: true });
      await writeFile(join(repo, path), `${path}\n`);
    }
    for (const name of hostile) await writeFile(join(repo, name), `${name}\n`);
    git('add', '--all');
    git('commit', '--quiet', '--message=x');
    git('remote', 'add', 'origin', repo);
    head = git('rev-parse', 'HEAD').trim();
  });
  after(() => rm(directory, { recursive: true, force: true }));

  /** File names that look like options and are valid on every system. */
  const hostile = ['--output=x', '--help', '-h', '-z', '--exec=x', '--', '-', '--end-of-options'];

  it('K3: every function of the catalogue is tested', () => {
    const known = [...Object.keys(makers), ...withoutNames];
    assert.deepEqual(Object.keys(commands).toSorted(), known.toSorted());
  });

  for (const [name, all] of Object.entries(makers)) {
    for (const [index, make] of all.entries()) {
      it(`K3: a name is not an option of ${name} (${index + 1} of ${all.length})`, async () => {
        const made = tried(() => make('main')) ?? make(head);
        const option = fc.constantFrom(...optionsOf(verbOf(made)), ...hostile);
        await fc.assert(
          fc.asyncProperty(option, async (text) => expectNoOption(make, text)),
          campaign(12),
        );
      });
    }
  }

  for (const path of hostile) {
    it(`K3: the file ${path} is read like any other file`, async () => {
      const { output } = await runGit(repo, commands.listFiles(head, [path, `f/${path}`]), never);
      const paths = output
        .toString()
        .split('\0')
        .map((entry) => entry.split('\t')[1]);
      assert.deepEqual(paths.slice(0, -1).toSorted(), [path, `f/${path}`].toSorted());
      const missing = await runGit(repo, commands.listMissing(head, [path]), never);
      assert.ok(missing.output.toString().includes(` ${path}\n`));
    });
  }
});

/** Asserts that a name with a leading dash has the same effect as with a letter before the dash. */
async function expectNoOption(make: Make, option: string): Promise<void> {
  const text = option.endsWith('=') ? `${option}touch ${trace()}` : option;
  const [odd, plain] = [await outcome(make, text), await outcome(make, `x${text}`)];
  assert.ok(!existsSync(trace()), `${text} was run or written`);
  // A refused name does not reach git.
  if (odd === 'refused') return;
  assert.doesNotMatch(odd.error, /usage: |unknown (option|switch)|option .* requires/i, text);
  assert.equal(odd.code, plain === 'refused' ? odd.code : plain.code, text);
  assert.notEqual(odd.code, 129, text);
}

interface Outcome {
  readonly code: number | 'failed';
  readonly error: string;
}

async function outcome(make: Make, name: string): Promise<Outcome | 'refused'> {
  const command = tried(() => make(name));
  if (command === undefined) return 'refused';
  const all = Array.from({ length: 128 }, (_, code) => code);
  const how = { transport: 'file' };
  return runGit(repo, { ...command, answers: all }, never, how).then(
    ({ code }) => ({ code: code === 0 || code === 1 ? code : 'failed', error: '' }),
    (error: Error) => ({ code: 'failed', error: `${error.message} ${String(error)}` }),
  );
}

function verbOf({ args }: GitCommand): string {
  return args.find((arg, i) => !arg.startsWith('-') && args[i - 1] !== '-c') ?? assert.fail();
}

function tried<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** Returns the options that git lists for a command, and some that it does not list. */
function optionsOf(verb: string): readonly string[] {
  const { stdout } = spawnSync('git', [verb, '--git-completion-helper-all'], { encoding: 'utf8' });
  const named = stdout.split(/\s+/).filter((word) => word.startsWith('-') && word !== '--');
  return [...named, '--upload-pack=', '--receive-pack=', '--output=', '-o', '--exec=', '--version'];
}

function git(...args: readonly string[]): string {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  return execFileSync('git', [...identity, ...args], { cwd: repo, encoding: 'utf8' });
}
