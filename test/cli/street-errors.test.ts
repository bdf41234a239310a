import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { errorMessage } from '#model/error.ts';
import { runCommand } from '#test/commands/run-command.ts';
import { clusterNamed } from '#test/one-member.ts';

/** What Node, git and the operating system print by themselves. */
const raw = /\bE[A-Z]{4,}\b|^fatal:|regatta: fatal|spawn |\n {4}at |syscall/;

const lines = {
  'compile absent': 'absent is not a directory',
  'compile file': 'file is not a directory',
  'compile fleet --out file': 'cannot read file/.*: a part of its path is not a directory; check',
  'compile fleet --check --base main': '/fleet is not in a Git repository: name a clone',
  'lint fleet --base main': '/fleet is not in a Git repository: name a clone',
  'diff fleet': '/fleet is not in a Git repository: name a clone',
  'diff absent': '/absent is not a directory: check the path',
  'diff file': '/file is not a directory: check the path',
  'diff --live fleet --kubeconfig absent': '/fleet is not in a Git repository: name a clone',
  'explain ConfigMap/a -C absent': 'cannot enter absent: no such file or directory; check',
  'blame rendered/a.yaml -C file':
    'cannot enter file: a part of its path is not a directory; check',
  'lock absent': 'absent is not a directory',
  'init file': 'cannot read file/.*: a part of its path is not a directory; check the path',
  'import absent --out new':
    'cannot import absent: cannot open absent: no such file or directory; check',
  'import fleet --out new': 'cannot import fleet: cannot read .*: it is a directory; name a file',
  'status fleet --kubeconfig absent':
    'kubeconfig absent: cannot open absent: no such file or directory',
  'status fleet --kubeconfig fleet': 'kubeconfig fleet: cannot .*: it is a directory; name a file',
  'status fleet --kubeconfig broken': 'kubeconfig broken: invalid YAML in line 1',
  'status fleet --git-token-file absent': 'file absent does not exist',
  'drift fleet --state-dir file': 'cannot create the state directory .*: a part of its path is not',
  'who ConfigMap/a --context x --kubeconfig absent':
    'kubeconfig absent: cannot open absent: no such file',
  'who ConfigMap/a --context x --kubeconfig broken': 'kubeconfig broken: invalid YAML in line 1',
};

describe('street C4: errors of the system', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'regatta-errors-'));
    for (const path of ['clusters', 'templates']) {
      mkdirSync(join(folder, 'fleet', path), { recursive: true });
    }
    writeFileSync(join(folder, 'fleet/clusters/member1.yaml'), clusterNamed('member1'));
    writeFileSync(join(folder, 'file'), 'text\n');
    writeFileSync(join(folder, 'broken'), 'apiVersion: v1: x\n');
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [line, expected] of Object.entries(lines)) {
    it(`street C4: regatta ${line} fails with a sentence`, () => {
      const env = { ...process.env, NO_COLOR: '1', XDG_CACHE_HOME: join(folder, 'cache') };
      const { status, stderr } = runCommand(line.split(' '), { cwd: folder, env });
      assert.match(stderr, new RegExp(`^(regatta|error): .*${expected}`, 'm'));
      assert.doesNotMatch(stderr, raw);
      assert.notEqual(status, 0);
    });
  }

  it('street C4: an error of the file system says what was done, why it failed and what to try', () => {
    const error = (facts: object) => errorMessage(Object.assign(new Error('raw'), facts));
    const cases = {
      'cannot open a.yaml: permission denied; check who owns it, and its permissions': {
        ...{ code: 'EACCES', syscall: 'open', path: 'a.yaml' },
      },
      'cannot write a file: the disk is full; free some space, and repeat the command': {
        ...{ code: 'ENOSPC', syscall: 'write' },
      },
      'cannot write b: permission denied; check who owns it, and its permissions': {
        ...{ code: 'EACCES', syscall: 'rename', path: 'a', dest: 'b' },
      },
      raw: { code: 'ECONNREFUSED', syscall: 'connect' },
    };
    for (const [message, facts] of Object.entries(cases)) assert.equal(error(facts), message);
  });
});
