import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chown, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { downloadRepository } from '#io/fetch/repository.ts';
import { serverVariables, settingsVariables } from '#io/git/environment.ts';
import { GitHistory } from '#io/git/history.ts';
import { openGit } from '#io/git/source.ts';
import { FleetRepo } from '#test/cluster/fleet-repo.ts';
import { GitServer } from '#test/git-server.ts';

const never = new AbortController().signal;
const environment = { ...process.env };
/** The variables that git gets for a local repository. */
const localVariables = [
  'GIT_ALLOW_PROTOCOL',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_NO_LAZY_FETCH',
  'GIT_TERMINAL_PROMPT',
  'HOME',
  'LC_ALL',
  'PATH',
];
/** Variables of the shell that records the environment. */
const ofShell = ['PWD', 'OLDPWD', 'SHLVL', '_'];
let repo: FleetRepo;
let server: GitServer;
let head = '';
let count = 0;
const file = (name: string) => join(repo.directory, name);

describe('K1: the environment of git', () => {
  before(async () => {
    repo = await FleetRepo.make();
    await repo.push({ 'rendered/member1/a.yaml': 'a: 1\n', 'templates/a.yaml': 'a: 1\n' });
    head = await repo.push({ 'rendered/member1/a.yaml': 'a: 2\n' });
    server = await GitServer.start({ root: repo.directory });
    await mkdir(file('bin'));
    await mkdir(file('home'));
    const real = execFileSync('which', ['git'], { encoding: 'utf8' }).trim();
    const find = `skip=; for word in "$@"; do
      if [ -n "$skip" ]; then skip=; continue; fi
      case "$word" in -c) skip=1 ;; -*) ;; *) break ;; esac
    done`;
    const note = `{ echo "=$word"; env; ls -A "$HOME" | sed 's/^/home:/'; } >> '${file('seen')}.$$'`;
    const script = `#!/bin/sh\n${find}\n${note}\nexec '${real}' "$@"\n`;
    await writeFile(file('bin/git'), script, { mode: 0o755 });
  });
  after(async () => {
    await server?.close();
    await repo?.remove();
  });
  beforeEach(() => {
    const hostile = Object.fromEntries(hostileNames.map((name) => [name, 'hostile']));
    process.env = { ...environment, ...hostile, HOME: file('home') };
    process.env.PATH = `${file('bin')}:${environment.PATH}`;
  });
  afterEach(() => {
    process.env = { ...environment };
  });

  it('K1: has only the listed variables when git reads a repository', async () => {
    const source = await open();
    const tree = await source.tree(await source.fetch(never), never);
    await source.read(tree?.files.map(({ oid }) => oid) ?? [], never);
    const git = await GitHistory.open(repo.checkout, never);
    await git.files(await git.resolve('HEAD'), ['rendered']);
    await git.withFiles({ commit: head, except: 'rendered' }, async () => {});
    const local = (await seen()).filter(({ verb }) => !reaching.includes(verb));
    const verbs = new Set(local.map(({ verb }) => verb));
    for (const verb of ['init', 'rev-parse', 'update-ref', 'rev-list', 'ls-tree', 'cat-file']) {
      assert.ok(verbs.has(verb), verb);
    }
    for (const { verb, variables, home } of local) {
      assert.deepEqual([...variables.keys()].toSorted(), localVariables, verb);
      assert.deepEqual(home, [], `${verb}: the home is empty`);
      assert.equal(variables.get('GIT_CONFIG_GLOBAL'), '/dev/null');
      assert.equal(variables.get('GIT_CONFIG_NOSYSTEM'), '1');
      assert.equal(variables.get('GIT_ALLOW_PROTOCOL'), 'none');
    }
  });

  it('K1: has the listed network variables and the transport of the address when git fetches', async () => {
    const given = Object.fromEntries(serverVariables.map((name) => [name, 'given']));
    const { GIT_SSH: _, GIT_SSH_COMMAND: __, ...rest } = given;
    const proxies = Object.fromEntries(
      Object.keys(rest)
        .filter(isProxy)
        .map((name) => [name, '']),
    );
    Object.assign(process.env, rest, proxies, { no_proxy: '127.0.0.1', SSL_CERT_FILE: '' });
    await (await open()).fetch(never).catch(() => {});
    const fetches = (await seen()).filter(({ verb }) => verb === 'fetch');
    assert.ok(fetches.length > 0);
    const own = ['REGATTA_GIT_ANSWER'];
    const allowed = [...localVariables, ...serverVariables, ...own];
    for (const { variables } of fetches) {
      const others = [...variables.keys()].filter((name) => !allowed.includes(name));
      assert.deepEqual(others, []);
      assert.equal(variables.get('SSH_AUTH_SOCK'), 'given');
      assert.equal(variables.get('HOME'), file('home'));
      assert.equal(variables.get('GIT_ALLOW_PROTOCOL'), 'http:https');
      assert.equal(variables.get('GIT_CONFIG_GLOBAL'), '/dev/null');
    }
  });

  it('K1: has the settings of the user too when git fetches a base of a template', async () => {
    process.env.XDG_CONFIG_HOME = file('xdg');
    const { GIT_CONFIG_SYSTEM: _, GIT_CONFIG_GLOBAL: __, ...env } = process.env;
    process.env = env;
    await downloadRepository({ type: 'git', url: `${server.url}repo.git`, ref: 'main' }, never);
    const all = await seen();
    const fetch = all.find(({ verb }) => verb === 'fetch')?.variables;
    assert.equal(fetch?.get('HOME'), file('home'));
    assert.equal(fetch?.get('XDG_CONFIG_HOME'), file('xdg'));
    assert.equal(fetch?.has('GIT_CONFIG_NOSYSTEM'), false);
    for (const { verb, variables } of all.filter(({ verb }) => verb === 'archive')) {
      assert.deepEqual([...variables.keys()].toSorted(), localVariables, verb);
    }
  });

  it('K1: settings of the user cannot make a program fetch an address', async () => {
    const { GIT_CONFIG_SYSTEM: _, GIT_CONFIG_GLOBAL: __, ...env } = process.env;
    process.env = env;
    for (const address of [`ext::touch ${file('ran')}`, `file://${repo.url}`, `${repo.url}/../`]) {
      const settings = `[url "${address}"]\n\tinsteadOf = ${server.url}\n`;
      await writeFile(file('home/.gitconfig'), settings);
      await assert.rejects(
        downloadRepository({ type: 'git', url: `${server.url}repo.git`, ref: 'main' }, never),
        /not allowed/,
      );
    }
    const settings = `[url "${server.url}"]\n\tinsteadOf = ssh://git@git.example.com/\n`;
    await writeFile(file('home/.gitconfig'), settings);
    const url = 'ssh://git@git.example.com/repo.git';
    assert.ok((await downloadRepository({ type: 'git', url, ref: 'main' }, never)).length > 0);
    await rm(file('home/.gitconfig'));
    assert.ok(!(await readdir(repo.directory)).includes('ran'));
  });

  it('K1: reading an incomplete clone contacts no server', async () => {
    const config = ['-C', repo.url, 'config', 'uploadpack.allowFilter', 'true'];
    execFileSync('git', config, { env: environment });
    const args = ['clone', '--quiet', '--no-checkout', '--filter=blob:none'];
    const url = `${server.url}repo.git`;
    await promisify(execFile)('git', [...args, url, file('partial')], { env: environment });
    const git = await GitHistory.open(file('partial'), never);
    const files = await git.files(head, ['rendered']);
    server.requests.length = 0;
    await assert.rejects(git.read([...files.values()]), /the clone is partial .* --no-filter/);
    assert.deepEqual(server.requests, []);
  });

  const skip = process.getuid?.() === 0 ? false : 'only root can give a directory to another user';
  it('K1: the checkout of another user is read if safe.directory names it', { skip }, async () => {
    const { GIT_CONFIG_SYSTEM: _, GIT_CONFIG_GLOBAL: __, SUDO_UID: ___, ...env } = process.env;
    process.env = env;
    await chownAll(repo.checkout, 1234);
    try {
      await assert.rejects(GitHistory.open(repo.checkout, never), /dubious ownership/);
      for (const directory of [repo.checkout, '*']) {
        const settings = `[safe]\n\tdirectory = ${directory}\n`;
        await writeFile(file('home/.gitconfig'), settings);
        const git = await GitHistory.open(repo.checkout, never);
        assert.equal(await git.resolve('HEAD'), head);
      }
    } finally {
      await rm(file('home/.gitconfig'), { force: true });
      await chownAll(repo.checkout, 0);
    }
  });

  it('K1: SECURITY.md lists each variable', () => {
    const text = readFileSync(join(import.meta.dirname, '../../SECURITY.md'), 'utf8');
    for (const name of [...localVariables, ...serverVariables, ...settingsVariables]) {
      assert.ok(text.includes(`\`${name}\``), `SECURITY.md does not name ${name}`);
    }
  });
});

/** Variables that would change the behaviour of git, and secrets that git must not get. */
const hostileNames = [
  ...['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_EXEC_PATH'],
  ...['GIT_EXTERNAL_DIFF', 'GIT_PAGER', 'GIT_EDITOR', 'GIT_ASKPASS', 'GIT_PROXY_COMMAND'],
  ...['GIT_CONFIG_PARAMETERS', 'GIT_CONFIG_SYSTEM', 'GIT_TEMPLATE_DIR', 'GIT_NAMESPACE'],
  ...['XDG_CONFIG_HOME', 'EDITOR', 'PAGER', 'KUBECONFIG', 'AWS_SECRET_ACCESS_KEY'],
  ...['REGATTA_GIT_TOKEN', 'SOPS_AGE_KEY', 'GITHUB_TOKEN', 'NODE_OPTIONS_HOSTILE'],
];

/** Commands that reach a server or read the user's settings. */
const reaching = ['fetch', 'ls-remote', 'push', 'config', 'http-backend', 'upload-pack'];

function isProxy(name: string): boolean {
  return /proxy/i.test(name);
}

interface Seen {
  readonly verb: string;
  readonly variables: ReadonlyMap<string, string>;
  /** Names of files in the home directory. */
  readonly home: readonly string[];
}

/** Returns the environment of each git process since the last call. */
async function seen(): Promise<readonly Seen[]> {
  const names = (await readdir(repo.directory)).filter((name) => name.startsWith('seen.'));
  const all: Seen[] = [];
  for (const name of names) {
    const text = await readFile(file(name), 'utf8');
    await rm(file(name));
    for (const block of text.split(/^=/m).filter((part) => part !== '')) all.push(seenIn(block));
  }
  return all;
}

function seenIn(block: string): Seen {
  const [verb = '', ...lines] = block.trimEnd().split('\n');
  const pairs = lines.flatMap((line): readonly (readonly [string, string])[] => {
    const [, name = '', value = ''] = /^([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
    return name === '' || ofShell.includes(name) ? [] : [[name, value]];
  });
  const home = lines.filter((line) => line.startsWith('home:'));
  return { verb, variables: new Map(pairs), home };
}

function open() {
  const stateDirectory = file(`state${count++}`);
  const standard = { branch: 'main', path: 'rendered', stateDirectory, allowRewind: false };
  return openGit({ repo: `${server.url}repo.git`, ...standard });
}

async function chownAll(folder: string, uid: number): Promise<void> {
  const names = await readdir(folder, { recursive: true });
  for (const path of [folder, ...names.map((name) => join(folder, name))])
    await chown(path, uid, uid);
}
