import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type GitSource, openGit } from '#io/git/source.ts';
import { GitShim } from '#test/git-shim.ts';
import { lacking } from '#test/lacking.ts';
import { forgetKeys, pgpKey, revokedPgp, type SigningKey, sshKey } from './signing.ts';

const never = new AbortController().signal;
let directory = '';
let repo = '';
let ann: SigningKey;
let eve: SigningKey;
let pia: SigningKey;
let old: SigningKey;
let count = 0;

const skip = lacking('ssh-keygen', 'gpg');

describe('a repository whose commits must be signed', { skip }, () => {
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'regatta-verify-'));
    repo = join(directory, 'repo');
    [ann, eve] = [sshKey(directory, 'ann'), sshKey(directory, 'eve')];
    [pia, old] = [pgpKey(directory, 'pia'), pgpKey(directory, 'old', '20200101T000000')];
    await mkdir(repo);
    git(['init', '--quiet', '--initial-branch=main']);
  });
  after(async () => {
    forgetKeys([pia, old].filter((key) => key !== undefined));
    await rm(directory, { recursive: true });
  });

  it('is followed if an allowed SSH key has signed the head', async () => {
    const head = commit(ann);
    assert.equal(await (await open({ 'ann.pub': ann.public })).fetch(never), head);
    const signers = `ann@example.com namespaces="git" ${ann.public}`;
    assert.equal(await (await open({ allowed_signers: signers })).fetch(never), head);
  });

  it('is followed if an allowed PGP key has signed the head', async () => {
    const head = commit(pia);
    const source = await open({ 'pia.asc': pia.public, 'ann.pub': ann.public });
    assert.equal(await source.fetch(never), head);
  });

  it('needs no signatures of the ancestors of the signed head', async () => {
    commit();
    const head = commit(ann);
    assert.equal(await (await open({ 'ann.pub': ann.public })).fetch(never), head);
  });

  it('stays at its last commit while the head is not signed', async () => {
    const source = await open({ 'ann.pub': ann.public });
    commit(ann);
    await source.fetch(never);
    const unsigned = commit();
    const reason = new RegExp(`commit ${unsigned.slice(0, 12)} is not trusted: it is not signed`);
    await assert.rejects(source.fetch(never), reason);
    await assert.rejects(source.fetch(never), reason);
    assert.notEqual(await source.last(never), unsigned);
    const head = commit(ann);
    assert.equal(await source.fetch(never), head);
  });

  it('is not followed if an unknown key has signed the head', async () => {
    commit(eve);
    await refused({ 'ann.pub': ann.public }, /by an untrusted key/);
    await refused({ 'pia.asc': pia.public }, /by an untrusted key/);
    commit(pia);
    await refused({ 'ann.pub': ann.public }, /by an untrusted key/);
    await refused({ 'old.asc': old.public }, /by an untrusted key/);
  });

  it('is not followed if the key has expired', async () => {
    commit(old);
    await refused({ 'old.asc': old.public }, /by an expired key/);
    commit(ann);
    const signers = `* valid-before="20200101" ${ann.public}`;
    await refused({ allowed_signers: signers }, /by an untrusted key/);
  });

  it('is not followed if the key is revoked', async () => {
    commit(pia);
    await refused({ 'pia.asc': revokedPgp(pia, 'pia') }, /by a revoked key/);
    commit(ann);
    const keys = { 'ann.pub': ann.public, revoked_keys: ann.public };
    await refused(keys, /revoked/);
  });

  it('is not followed if the key is allowed for other uses only', async () => {
    commit(ann);
    const signers = `* namespaces="file" ${ann.public}`;
    await refused({ allowed_signers: signers }, /its key is revoked or not meant for Git/);
  });

  it('is not followed if the signature belongs to another commit', async () => {
    const signed = git(['cat-file', 'commit', commit(ann)]);
    const forged = signed.replace(/^tree \w+/, `tree ${git(['rev-parse', 'HEAD~1^{tree}'])}`);
    assert.notEqual(forged, signed);
    const oid = git(['hash-object', '-t', 'commit', '-w', '--stdin'], {}, `${forged}\n`);
    git(['update-ref', 'refs/heads/main', oid]);
    await refused({ 'ann.pub': ann.public }, /its signature is invalid/);
    git(['reset', '--quiet', '--hard', 'HEAD~1']);
  });

  it('is not followed from its accepted commit if the allowed keys have changed', async () => {
    const place = options();
    const before = await openGit(place);
    commit(eve);
    assert.equal(await before.fetch(never), await before.last(never));
    await writeFile(join(directory, 'ann-alone.pub'), ann.public);
    const verify = { mode: 'commits', keys: join(directory, 'ann-alone.pub') } as const;
    await assert.rejects((await openGit({ ...place, verify })).last(never), /an untrusted key/);
  });

  it('is not followed if the keys cannot be read', async () => {
    commit(ann);
    await refused({}, /contains no key/);
    await refused(
      { 'README.md': 'keys' },
      /unknown key file .*README.md: the name must be allowed_signers/,
    );
    await refused({ 'broken.asc': 'no key' }, /gpg cannot read/);
    const none = await openGit({ ...options(), verify: { mode: 'commits', keys: '/no/such' } });
    await assert.rejects(none.fetch(never), /cannot read the keys to verify with: ENOENT/);
  });
});

describe('a repository whose tags must be signed', { skip }, () => {
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'regatta-verify-'));
    repo = join(directory, 'repo');
    [ann, eve, pia] = [
      sshKey(directory, 'ann'),
      sshKey(directory, 'eve'),
      pgpKey(directory, 'pia'),
    ];
    await mkdir(repo);
    git(['init', '--quiet', '--initial-branch=main']);
  });
  after(async () => {
    forgetKeys([pia].filter((key) => key !== undefined));
    await rm(directory, { recursive: true });
  });

  it('is followed if a signed tag points to its head', async () => {
    const head = commit();
    tag('v1', ann);
    assert.equal(await (await open({ 'ann.pub': ann.public }, 'tags')).fetch(never), head);
    const next = commit();
    tag('v2', eve);
    tag('v2-again', pia);
    assert.equal(await (await open({ 'pia.asc': pia.public }, 'tags')).fetch(never), next);
  });

  it('is followed only after a trusted key has signed a tag of its head', async () => {
    const source = await open({ 'ann.pub': ann.public }, 'tags');
    const head = commit(ann);
    await assert.rejects(source.fetch(never), /not trusted: no signed tag points to it/);
    git(['tag', 'light']);
    await assert.rejects(source.fetch(never), /no signed tag points to it/);
    git(['tag', '--annotate', '--message=x', 'plain']);
    await assert.rejects(source.fetch(never), /no trusted key has signed tag plain/);
    tag('v3', eve);
    await assert.rejects(source.fetch(never), /has signed tag plain, tag v3/);
    tag('v4', ann);
    assert.equal(await source.fetch(never), head);
  });

  it('is not followed if a signed tag was replaced, renamed or copied to another commit', async () => {
    const before = commit();
    tag('v5', ann);
    const signed = git(['rev-parse', 'refs/tags/v5']);
    const source = await open({ 'ann.pub': ann.public }, 'tags');
    assert.equal(await source.fetch(never), before);
    const head = commit();
    git(['tag', '--force', '--annotate', '--message=x', 'v5']);
    await assert.rejects(source.fetch(never), /no trusted key has signed tag v5/);
    git(['update-ref', 'refs/tags/v5', signed]);
    await assert.rejects(source.fetch(never), /no signed tag points to it/);
    const text = git(['cat-file', 'tag', signed]).replace(before, head);
    const borrowed = git(['hash-object', '-t', 'tag', '-w', '--stdin'], {}, `${text}\n`);
    git(['update-ref', 'refs/tags/v5', borrowed]);
    await assert.rejects(source.fetch(never), /no trusted key has signed tag v5/);
    tag('v6', ann);
    git(['update-ref', 'refs/tags/v7', git(['rev-parse', 'refs/tags/v6'])]);
    git(['update-ref', '-d', 'refs/tags/v6']);
    await assert.rejects(source.fetch(never), /no trusted key has signed tag v5, tag v7/);
  });

  it('K58: is not followed if the check of a signature is killed', async () => {
    const shim = await GitShim.make(directory);
    const { PATH } = process.env;
    process.env.PATH = shim.path;
    try {
      commit(eve);
      tag('v8', eve);
      for (const mode of ['commits', 'tags'] as const) {
        const source = await open({ 'ann.pub': ann.public }, mode);
        for (const command of ['verify-tag', 'log', 'verify-commit', 'cat-file', 'ls-remote']) {
          for (const ending of ['KILL', 137, 128] as const) {
            await shim.fail({ command, bytes: 0, ending });
            await assert.rejects(source.fetch(never), `${command} ${ending}`);
          }
        }
      }
    } finally {
      await shim.fail();
      process.env.PATH = PATH;
    }
  });
});

/** Opens a source that has accepted no commit yet. */
async function open(
  keys: Readonly<Record<string, string>>,
  mode: 'commits' | 'tags' = 'commits',
): Promise<GitSource> {
  const folder = join(directory, `keys-${count++}`);
  await mkdir(folder);
  for (const [name, text] of Object.entries(keys)) await writeFile(join(folder, name), text);
  return openGit({ ...options(), verify: { mode, keys: folder } });
}

async function refused(keys: Readonly<Record<string, string>>, reason: RegExp): Promise<void> {
  await assert.rejects((await open(keys)).fetch(never), reason);
}

function options() {
  const stateDirectory = join(directory, `state-${count++}`);
  return { repo, branch: 'main', path: 'rendered', stateDirectory, allowRewind: false };
}

/** Creates a commit, and signs it if there is a key. */
function commit(key?: SigningKey): string {
  execFileSync('sh', ['-c', `echo ${count++} > file`], { cwd: repo });
  git(['add', '--all']);
  git(['commit', '--quiet', '--message=x', ...(key ? ['--gpg-sign'] : [])], key);
  return git(['rev-parse', 'HEAD']);
}

function tag(name: string, key: SigningKey): void {
  git(['tag', '--sign', '--message=x', name], key);
}

function git(args: readonly string[], key: Partial<SigningKey> = {}, input = ''): string {
  const config = ['user.name=ann', 'user.email=ann@example.com', ...(key.config ?? [])];
  return execFileSync('git', [...config.flatMap((one) => ['-c', one]), ...args], {
    cwd: repo,
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', ...key.env },
    encoding: 'utf8',
    input,
    stdio: ['pipe', 'pipe', 'pipe'],
  }).trim();
}
