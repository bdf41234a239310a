import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { GitHistory } from '#io/git/history.ts';
import { type GitSource, openGit } from '#io/git/source.ts';
import { FleetRepo } from '#test/cluster/fleet-repo.ts';
import { type GitFault, GitShim } from '#test/git-shim.ts';

const never = new AbortController().signal;
const environment = { ...process.env };
const secret = 'aHVudGVyMg==';
let repo: FleetRepo;
let shim: GitShim;
let head = '';
let before_ = '';
let count = 0;

/** The ways in which a process can end in the middle of its answer. */
const endings = ['KILL', 137] as const;
const otherEndings = ['TERM', 128] as const;

/** Positions in an answer, dense at its start and end. */
function positionsIn(length: number): readonly number[] {
  const even = Array.from({ length: 5 }, (_, i) => Math.floor((i * length) / 5));
  const all = [...new Set([0, 1, ...even, length - 1])].filter((n) => n >= 0);
  return all.sort((a, b) => a - b);
}

describe('a git process that fails', () => {
  before(async () => {
    repo = await FleetRepo.make();
    before_ = await repo.push({
      'regatta.yaml': 'apiVersion: regatta.dev/v1alpha1\n',
      'rendered/member1/a.yaml': 'a: 1\n',
      'rendered/member1/secret.yaml': `kind: Secret\ndata: ${secret}\n`,
      'rendered/member1/z.yaml': `z: ${'z'.repeat(300)}\n`,
    });
    head = await repo.push({ 'rendered/member1/b.yaml': 'b: 1\n', 'templates/t.yaml': 't: 1\n' });
    shim = await GitShim.make(repo.directory);
    process.env.PATH = shim.path;
  });
  after(async () => {
    process.env = environment;
    await repo?.remove();
  });
  beforeEach(() => shim.fail());

  /** Approximate length of a complete answer in bytes, by command. */
  const answers = {
    'for-each-ref': 20,
    fetch: 0,
    'rev-parse': 41,
    'update-ref': 30,
    'rev-list': 150,
    'ls-tree': 450,
    'cat-file': 700,
  };
  for (const [command, length] of Object.entries(answers)) {
    it(`K58: an incomplete answer of ${command} is an error, at any byte and for any exit status`, async () => {
      const right = await readAll(await open());
      for (const ending of endings) {
        for (const bytes of positionsIn(length)) {
          await expectErrorOrAll({ command, bytes, ending }, right);
        }
      }
      for (const ending of otherEndings) {
        await expectErrorOrAll({ command, bytes: Math.floor(length / 2), ending }, right);
      }
    });
  }

  for (const command of ['cat-file', 'ls-tree', 'rev-parse']) {
    it(`K58: an incomplete answer of ${command} is an error even if git exits with 0`, async () => {
      const right = await readAll(await open());
      for (let bytes = 0; bytes < 120; bytes += 11) {
        await expectErrorOrAll({ command, bytes, ending: 0 }, right, 'whole records');
      }
    });
  }

  it('K58: the syncer does not follow a branch that was reset when git fails', async () => {
    const rewound = await FleetRepo.make();
    const first = await rewound.push({ 'rendered/member1/a.yaml': 'a: 1\n' });
    const second = await rewound.push({ 'rendered/member1/a.yaml': 'a: 2\n' });
    const source = await open(rewound.url);
    assert.equal(await source.fetch(never), second);
    rewound.force(first);
    for (const ending of [...endings, ...otherEndings, 1] as const) {
      for (const command of ['merge-base', 'rev-list']) {
        await shim.fail({ command, bytes: 0, ending });
        await assert.rejects(source.fetch(never), `${command} ${ending}`);
      }
    }
    await shim.fail();
    await assert.rejects(source.fetch(never), /was reset or force-pushed/);
    await rewound.remove();
  });

  it('K58: a commit whose changes cannot be read does not count as rendered', async () => {
    const source = await open(repo.url, true);
    await source.checkout(await source.fetch(never), never);
    for (const command of ['add', 'diff']) {
      for (const ending of endings) {
        await shim.fail({ command, bytes: 0, ending });
        await assert.rejects(source.commit('Render', never), `${command} ${ending}`);
      }
    }
  });

  for (const command of ['rev-parse', 'merge-base', 'ls-tree', 'cat-file', 'diff']) {
    it(`K58: a review does not use an incomplete answer of ${command}`, async () => {
      const right = await review();
      for (const ending of endings) {
        for (const bytes of positionsIn(200)) {
          await shim.fail({ command, bytes, ending });
          const answer = await review().catch(() => right);
          assert.deepEqual(answer, right, `${command} cut at ${bytes}, ${ending}`);
        }
      }
    });
  }

  it('K59: its error contains standard error, up to a limit, and no standard output', async () => {
    const source = await open();
    const tree = await source.tree(await source.fetch(never), never);
    const oids = tree?.files.map(({ oid }) => oid) ?? [];
    const noise = 'x'.repeat(20_000);
    for (const ending of ['KILL', 128, 3] as const) {
      for (const stderr of ['', 'fatal: packed object is corrupt', noise, `fatal: ${noise}`]) {
        await shim.fail({ command: 'cat-file', bytes: 690, ending, stderr });
        const error = await source.read(oids, never).catch((error: unknown) => error);
        assert.ok(error instanceof Error);
        const text = [
          error.message,
          error.stack,
          JSON.stringify(error),
          String(error.cause),
        ].join();
        assert.ok(!text.includes(secret), text);
        assert.ok(error.message.length <= 1000);
        if (ending !== 'KILL' && stderr.length < 100 && stderr !== '')
          assert.equal(error.message, stderr);
      }
    }
  });
});

/** Asserts that an operation fails, or returns exactly what it returns without a fault. */
async function expectErrorOrAll(
  fault: GitFault,
  right: unknown,
  allowed: 'nothing' | 'whole records' = 'nothing',
): Promise<void> {
  await shim.fail();
  const source = await open();
  await shim.fail(fault);
  const answer = await readAll(source).catch(() => 'an error');
  await shim.fail();
  if (typeof answer === 'string') return;
  if (allowed === 'whole records' && fault.command === 'ls-tree') {
    // A list that ends with a whole record looks complete, but each of its texts must be whole.
    for (const text of answer.texts) assert.ok((right as Answer).texts.includes(text));
    return;
  }
  assert.deepEqual(answer, right, JSON.stringify(fault));
}

interface Answer {
  readonly commit: string;
  readonly files: readonly string[];
  readonly texts: readonly string[];
}

/** Returns everything that a syncer reads from the repository. */
async function readAll(source: GitSource): Promise<Answer> {
  await source.prepare();
  const commit = await source.fetch(never);
  const tree = await source.tree(commit, never);
  const files = tree?.files ?? [];
  const texts = await source.read(
    files.map(({ oid }) => oid),
    never,
  );
  return {
    commit,
    files: files.map(({ path, oid, size }) => `${path} ${oid} ${size}`),
    texts: files.map(({ oid }) => texts.get(oid) ?? 'not read'),
  };
}

async function review(): Promise<unknown> {
  const git = await GitHistory.open(repo.checkout, never);
  const base = await git.mergeBase(await git.resolve(before_), await git.resolve(head));
  const files = await git.files(head, ['rendered', 'templates']);
  const texts = await git.read([...files.values()]);
  const lines = await git.changedLines(base, head, ['rendered']);
  return { base, files, texts, lines };
}

function open(url: string = repo.url, whole = false): Promise<GitSource> {
  const stateDirectory = `${repo.directory}/state${count++}`;
  const standard = { branch: 'main', path: 'rendered', stateDirectory, allowRewind: false };
  return openGit({ repo: url, ...standard, whole });
}
