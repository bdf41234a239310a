import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import type { AccessOptions } from '#io/git/access.ts';
import { type GitSource, openGit } from '#io/git/source.ts';
import { makeCertificate } from '#test/certificate.ts';
import { FleetRepo } from '#test/cluster/fleet-repo.ts';
import { GitServer } from '#test/git-server.ts';
import { lacking } from '#test/lacking.ts';
import { Tunnel } from './tunnel.ts';

const never = new AbortController().signal;
const login = { username: 'ann', password: 'hunter2' };
let repo: FleetRepo;
let http: GitServer;
let https: GitServer;
let head = '';
let count = 0;
const tunnel = new Tunnel();
const file = (name: string) => join(repo.directory, name);

describe('a repository on a server', { skip: lacking('openssl') }, () => {
  before(async () => {
    repo = await FleetRepo.make();
    head = await repo.push({ 'rendered/member1/a.yaml': 'a: 1\n' });
    http = await GitServer.start({ root: repo.directory, login });
    const tls = makeCertificate(repo.directory);
    await writeFile(file('ca.pem'), tls.cert);
    https = await GitServer.start({ root: repo.directory, login, tls });
    await writeFile(file('token'), 'hunter2\n');
  });
  after(async () => {
    tunnel.stop();
    await http?.close();
    await https?.close();
    await repo?.remove();
  });

  const environment = { ...process.env };
  afterEach(() => {
    process.env = { ...environment };
  });

  it('is read with a token from a file, also after the file is replaced', async () => {
    const source = await open(`${http.url}repo.git`, { username: 'ann', tokenFile: file('token') });
    assert.equal(await source.fetch(never), head);
    http.login = { username: 'ann', password: 'hunter3' };
    await assert.rejects(source.fetch(never), /Authentication failed/);
    await writeFile(file('token'), 'hunter3');
    assert.equal(await source.fetch(never), head);
    http.login = login;
    await writeFile(file('token'), 'hunter2');
  });

  it('is reported as inaccessible, without a prompt at the terminal', async () => {
    const source = await open(`${http.url}repo.git`, {});
    await assert.rejects(source.fetch(never), (error: Error) => {
      assert.match(error.message, /could not read Username|Authentication failed/);
      return true;
    });
    const wrong = await open(`${http.url}repo.git`, { username: 'ann', token: 'hunter9' });
    await assert.rejects(wrong.fetch(never), (error: Error) => {
      assert.doesNotMatch(String(error.stack) + String(error.cause), /hunter9/);
      return true;
    });
  });

  it('is read with a password that appears in no argument and in no file', async () => {
    await mkdir(file('bin'));
    const real = execFileSync('which', ['git'], { encoding: 'utf8' }).trim();
    const script = `#!/bin/sh\nprintf '%s\\n' "$@" >> '${file('argv')}'\nexec '${real}' "$@"\n`;
    await writeFile(file('bin/git'), script, { mode: 0o755 });
    process.env.PATH = `${file('bin')}:${process.env.PATH}`;
    const url = `${http.url}repo.git`.replace('//', '//ann:hunter2@');
    const source = await open(url, {});
    assert.equal(await source.fetch(never), head);
    const seen = await readFile(file('argv'), 'utf8');
    assert.match(seen, /fetch/);
    assert.doesNotMatch(seen, /hunter2/);
    const files = await readdir(source.directory, { recursive: true, withFileTypes: true });
    for (const { parentPath, name } of files.filter((entry) => entry.isFile())) {
      const text = await readFile(join(parentPath, name), 'latin1');
      assert.ok(!text.includes('hunter2'), name);
    }
  });

  it('is trusted by the certificates in --git-ca-file', async () => {
    const access = { username: 'ann', tokenFile: file('token') };
    const source = await open(`${https.url}repo.git`, { ...access, caFile: file('ca.pem') });
    assert.equal(await source.fetch(never), head);
    const other = await open(`${https.url}repo.git`, access);
    await assert.rejects(other.fetch(never), /certificate/);
  });

  it('gets no token in plain text, except on this machine', async () => {
    const access = { tokenFile: file('token') };
    await assert.rejects(
      open('http://git.example.com/x.git', access),
      /does not send a token .* without encryption/,
    );
    await assert.rejects(
      open('http://a:b@git.example.com/x.git', {}),
      /does not send a token .* without encryption/,
    );
  });

  it('does not redirect the token to another server', async () => {
    const stranger = await GitServer.start({ root: repo.directory, login });
    const seen: (string | undefined)[] = [];
    stranger.answer = ({ headers }, response) => {
      seen.push(headers.authorization);
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    };
    const lying = await GitServer.start({ root: repo.directory });
    lying.answer = ({ url }, response) => {
      response.writeHead(302, { location: `${stranger.url.replace(/\/$/, '')}${url}` }).end();
    };
    const source = await open(`${lying.url}repo.git`, { token: 'hunter2' });
    await assert.rejects(source.fetch(never));
    await Promise.all([stranger.close(), lying.close()]);
    assert.ok(seen.length > 0);
    assert.deepEqual(
      seen.filter((value) => value !== undefined),
      [],
    );
  });

  it('does not lead to a local repository by a redirect', async () => {
    const lying = await GitServer.start({ root: repo.directory });
    lying.answer = (_request, response) => {
      response.writeHead(302, { location: `file://${repo.url}/info/refs` }).end();
    };
    const source = await open(`${lying.url}repo.git`, {});
    await assert.rejects(source.fetch(never), /redirect|protocol|unable to access/i);
    await lying.close();
  });

  it('is reached through the proxy of the environment, except for hosts in NO_PROXY', async () => {
    process.env.https_proxy = await tunnel.start();
    const access = { username: 'ann', token: 'hunter2', caFile: file('ca.pem') };
    const source = await open(`${https.url}repo.git`, access);
    assert.equal(await source.fetch(never), head);
    assert.deepEqual(new Set(tunnel.asked), new Set([`127.0.0.1:${https.port}`]));
    tunnel.asked.length = 0;
    process.env.no_proxy = '127.0.0.1';
    assert.equal(await source.fetch(never), head);
    assert.deepEqual(tunnel.asked, []);
  });

  it('rejects a token that would not be used, and a token of two lines', async () => {
    const access = { tokenFile: file('token') };
    await assert.rejects(open(repo.url, access), /a token requires a repository with an https/);
    const lines = { username: 'ann', token: 'a\nhost=example.com' };
    await assert.rejects(open(`${http.url}repo.git`, lines), /contains a line break/);
    await assert.rejects(open('https://a%0Ab:c@example.com/x', {}), /contains a line break/);
    const message = 'ssh://example.com/x: only an https address can have a password';
    for (const password of ['hunter2', 'hunter@2'])
      await assert.rejects(open(`ssh://ann:${password}@example.com/x`, {}), { message });
  });

  it('reports which file of an option is missing', async () => {
    await assert.rejects(
      open('https://x/y.git', { tokenFile: '/no/token' }),
      /file \/no\/token does not exist/,
    );
  });
});

describe('a repository by ssh', { skip: lacking('ssh') }, () => {
  before(async () => {
    repo = await FleetRepo.make();
    head = await repo.push({ 'rendered/member1/a.yaml': 'a: 1\n' });
    const script = `#!/bin/sh\nprintf '%s\\n' "$@" > '${file('asked')}'\nfor last; do :; done\nexec sh -c "$last"\n`;
    await writeFile(file('ssh'), script, { mode: 0o755 });
    await writeFile(file('known hosts'), '');
    await writeFile(file('key'), '');
  });
  after(() => repo.remove());

  const { GIT_SSH_COMMAND } = process.env;
  afterEach(() => {
    if (GIT_SSH_COMMAND === undefined) delete process.env.GIT_SSH_COMMAND;
    else process.env.GIT_SSH_COMMAND = GIT_SSH_COMMAND;
  });

  it('is read with strict host keys, and without a prompt at the terminal', async () => {
    process.env.GIT_SSH_COMMAND = file('ssh');
    for (const url of [`ssh://git@git.example.com${repo.url}`, `git@git.example.com:${repo.url}`]) {
      assert.equal(await (await open(url, {})).fetch(never), head);
      const asked = readFileSync(file('asked'), 'utf8').split('\n');
      assert.deepEqual(
        asked.filter((word) => word.includes('=')),
        ['BatchMode=yes', 'StrictHostKeyChecking=yes', 'SendEnv=GIT_PROTOCOL'],
      );
      assert.ok(asked.includes('git@git.example.com'));
    }
  });

  it('is read with the given keys of hosts, and no others', async () => {
    process.env.GIT_SSH_COMMAND = file('ssh');
    const access = { knownHostsFile: file('known hosts'), sshKeyFile: file('key') };
    const source = await open(`ssh://git@git.example.com${repo.url}`, access);
    assert.equal(await source.fetch(never), head);
    const asked = readFileSync(file('asked'), 'utf8').split('\n');
    const options = asked.filter((word) => /^(User|Global|Identit|Strict)/.test(word));
    // The real ssh must interpret the options in the same way.
    const words = options.flatMap((option) => ['-o', option]);
    const settings = execFileSync('ssh', ['-G', '-F', 'none', ...words, 'git@git.example.com'], {
      encoding: 'utf8',
    }).split('\n');
    for (const line of [
      'stricthostkeychecking true',
      `userknownhostsfile "${file('known hosts')}"`,
      'globalknownhostsfile /dev/null',
      `identityfile ${file('key')}`,
      'identitiesonly yes',
    ]) {
      assert.ok(settings.includes(line) || settings.includes(line.replaceAll('"', '')), line);
    }
  });
});

function open(url: string, access: AccessOptions): Promise<GitSource> {
  const stateDirectory = join(repo.directory, `state-${count++}`);
  return openGit({
    repo: url,
    branch: 'main',
    path: 'rendered',
    stateDirectory,
    allowRewind: false,
    access,
  });
}
