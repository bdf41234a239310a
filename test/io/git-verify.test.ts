import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openGit } from '#io/git/source.ts';
import { GitShim } from '#test/git-shim.ts';
import { lacking } from '#test/lacking.ts';
import { SignedRepository } from './signed-repository.ts';
import { forgetKeys, pgpKey, revokedPgp, type SigningKey, sshKey } from './signing.ts';

const never = new AbortController().signal;
let repo: SignedRepository;
let ann: SigningKey;
let eve: SigningKey;
let pia: SigningKey;
let old: SigningKey;

const skip = lacking('ssh-keygen', 'gpg');

describe('a repository whose commits must be signed', { skip }, () => {
  before(async () => {
    repo = await SignedRepository.make();
    const { directory } = repo;
    [ann, eve] = [sshKey(directory, 'ann'), sshKey(directory, 'eve')];
    [pia, old] = [pgpKey(directory, 'pia'), pgpKey(directory, 'old', '20200101T000000')];
  });
  after(async () => {
    forgetKeys([pia, old].filter((key) => key !== undefined));
    await repo.remove();
  });

  it('is followed if an allowed SSH key has signed the head', async () => {
    const head = repo.commit(ann);
    assert.equal(await (await repo.open({ 'ann.pub': ann.public })).fetch(never), head);
    const signers = `ann@example.com namespaces="git" ${ann.public}`;
    assert.equal(await (await repo.open({ allowed_signers: signers })).fetch(never), head);
  });

  it('is followed if an allowed PGP key has signed the head', async () => {
    const head = repo.commit(pia);
    const source = await repo.open({ 'pia.asc': pia.public, 'ann.pub': ann.public });
    assert.equal(await source.fetch(never), head);
  });

  it('needs no signatures of the ancestors of the signed head', async () => {
    repo.commit();
    const head = repo.commit(ann);
    assert.equal(await (await repo.open({ 'ann.pub': ann.public })).fetch(never), head);
  });

  it('stays at its last commit while the head is not signed', async () => {
    const source = await repo.open({ 'ann.pub': ann.public });
    repo.commit(ann);
    await source.fetch(never);
    const unsigned = repo.commit();
    const reason = new RegExp(`commit ${unsigned.slice(0, 12)} is not trusted: it is not signed`);
    await assert.rejects(source.fetch(never), reason);
    await assert.rejects(source.fetch(never), reason);
    assert.notEqual(await source.last(never), unsigned);
    const head = repo.commit(ann);
    assert.equal(await source.fetch(never), head);
  });

  it('is not followed if an unknown key has signed the head', async () => {
    repo.commit(eve);
    await refused({ 'ann.pub': ann.public }, /by an untrusted key/);
    await refused({ 'pia.asc': pia.public }, /by an untrusted key/);
    repo.commit(pia);
    await refused({ 'ann.pub': ann.public }, /by an untrusted key/);
    await refused({ 'old.asc': old.public }, /by an untrusted key/);
  });

  it('is not followed if the key has expired', async () => {
    repo.commit(old);
    await refused({ 'old.asc': old.public }, /by an expired key/);
    repo.commit(ann);
    const signers = `* valid-before="20200101" ${ann.public}`;
    await refused({ allowed_signers: signers }, /by an untrusted key/);
  });

  it('is not followed if the key is revoked', async () => {
    repo.commit(pia);
    await refused({ 'pia.asc': revokedPgp(pia, 'pia') }, /by a revoked key/);
    repo.commit(ann);
    const keys = { 'ann.pub': ann.public, revoked_keys: ann.public };
    await refused(keys, /revoked/);
  });

  it('is not followed if the key is allowed for other uses only', async () => {
    repo.commit(ann);
    const signers = `* namespaces="file" ${ann.public}`;
    await refused({ allowed_signers: signers }, /its key is revoked or not meant for Git/);
  });

  it('is not followed if the signature belongs to another commit', async () => {
    const signed = repo.git(['cat-file', 'commit', repo.commit(ann)]);
    const forged = signed.replace(/^tree \w+/, `tree ${repo.git(['rev-parse', 'HEAD~1^{tree}'])}`);
    assert.notEqual(forged, signed);
    const oid = repo.git(['hash-object', '-t', 'commit', '-w', '--stdin'], {}, `${forged}\n`);
    repo.git(['update-ref', 'refs/heads/main', oid]);
    await refused({ 'ann.pub': ann.public }, /its signature is invalid/);
    repo.git(['reset', '--quiet', '--hard', 'HEAD~1']);
  });

  it('is not followed from its accepted commit if the allowed keys have changed', async () => {
    const place = repo.options();
    const before = await openGit(place);
    repo.commit(eve);
    assert.equal(await before.fetch(never), await before.last(never));
    await writeFile(join(repo.directory, 'ann-alone.pub'), ann.public);
    const verify = { mode: 'commits', keys: join(repo.directory, 'ann-alone.pub') } as const;
    await assert.rejects((await openGit({ ...place, verify })).last(never), /an untrusted key/);
  });

  it('is not followed if the keys cannot be read', async () => {
    repo.commit(ann);
    await refused({}, /contains no key/);
    await refused(
      { 'README.md': 'keys' },
      /unknown key file .*README.md: the name must be allowed_signers/,
    );
    await refused({ 'broken.asc': 'no key' }, /gpg cannot read/);
    const none = await openGit({
      ...repo.options(),
      verify: { mode: 'commits', keys: '/no/such' },
    });
    await assert.rejects(
      none.fetch(never),
      /cannot read the keys to verify with: cannot read \/no\/such: no such file or directory/,
    );
  });
});

describe('a repository whose tags must be signed', { skip }, () => {
  before(async () => {
    repo = await SignedRepository.make();
    const { directory } = repo;
    [ann, eve, pia] = [
      sshKey(directory, 'ann'),
      sshKey(directory, 'eve'),
      pgpKey(directory, 'pia'),
    ];
  });
  after(async () => {
    forgetKeys([pia].filter((key) => key !== undefined));
    await repo.remove();
  });

  it('is followed if a signed tag points to its head', async () => {
    const head = repo.commit();
    repo.tag('v1', ann);
    assert.equal(await (await repo.open({ 'ann.pub': ann.public }, 'tags')).fetch(never), head);
    const next = repo.commit();
    repo.tag('v2', eve);
    repo.tag('v2-again', pia);
    assert.equal(await (await repo.open({ 'pia.asc': pia.public }, 'tags')).fetch(never), next);
  });

  it('is followed only after a trusted key has signed a tag of its head', async () => {
    const source = await repo.open({ 'ann.pub': ann.public }, 'tags');
    const head = repo.commit(ann);
    await assert.rejects(source.fetch(never), /not trusted: no signed tag points to it/);
    repo.git(['tag', 'light']);
    await assert.rejects(source.fetch(never), /no signed tag points to it/);
    repo.git(['tag', '--annotate', '--message=x', 'plain']);
    await assert.rejects(source.fetch(never), /no trusted key has signed tag plain/);
    repo.tag('v3', eve);
    await assert.rejects(source.fetch(never), /has signed tag plain, tag v3/);
    repo.tag('v4', ann);
    assert.equal(await source.fetch(never), head);
  });

  it('is not followed if a signed tag was replaced, renamed or copied to another commit', async () => {
    const before = repo.commit();
    repo.tag('v5', ann);
    const signed = repo.git(['rev-parse', 'refs/tags/v5']);
    const source = await repo.open({ 'ann.pub': ann.public }, 'tags');
    assert.equal(await source.fetch(never), before);
    const head = repo.commit();
    repo.git(['tag', '--force', '--annotate', '--message=x', 'v5']);
    await assert.rejects(source.fetch(never), /no trusted key has signed tag v5/);
    repo.git(['update-ref', 'refs/tags/v5', signed]);
    await assert.rejects(source.fetch(never), /no signed tag points to it/);
    const text = repo.git(['cat-file', 'tag', signed]).replace(before, head);
    const borrowed = repo.git(['hash-object', '-t', 'tag', '-w', '--stdin'], {}, `${text}\n`);
    repo.git(['update-ref', 'refs/tags/v5', borrowed]);
    await assert.rejects(source.fetch(never), /no trusted key has signed tag v5/);
    repo.tag('v6', ann);
    repo.git(['update-ref', 'refs/tags/v7', repo.git(['rev-parse', 'refs/tags/v6'])]);
    repo.git(['update-ref', '-d', 'refs/tags/v6']);
    await assert.rejects(source.fetch(never), /no trusted key has signed tag v5, tag v7/);
  });

  it('K58: is not followed if the check of a signature is killed', async () => {
    const shim = await GitShim.make(repo.directory);
    const { PATH } = process.env;
    process.env.PATH = shim.path;
    try {
      repo.commit(eve);
      repo.tag('v8', eve);
      for (const mode of ['commits', 'tags'] as const) {
        const source = await repo.open({ 'ann.pub': ann.public }, mode);
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

async function refused(keys: Readonly<Record<string, string>>, reason: RegExp): Promise<void> {
  await assert.rejects((await repo.open(keys)).fetch(never), reason);
}
