import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { BlamedLine } from '#compiler/explain/blame.ts';
import { runCommand } from '#test/commands/run-command.ts';

const fixture = join(import.meta.dirname, '../fixtures/explain');
const file = 'rendered/paris/shop/deployment.apps_divided.yaml';

describe('regatta blame', () => {
  let fleet: string;

  before(async () => {
    fleet = await mkdtemp(join(tmpdir(), 'regatta-blame-'));
    await cp(fixture, fleet, { recursive: true });
    assert.equal(run('compile', '.').status, 0);
  });
  after(() => rm(fleet, { recursive: true }));

  it('names the template or policy that each line comes from', () => {
    const { out, err } = run('blame', file, '-o', 'json');
    assert.equal(err, '');
    const lines: readonly BlamedLine[] = JSON.parse(out);
    const origins = new Map(
      lines.map(({ text, origin: { at, policy } }) => [
        text.trim(),
        `${at?.file}:${at?.line}${policy === undefined ? '' : ` ${policy}`}`,
      ]),
    );
    assert.equal(origins.get('kind: Deployment'), 'templates/apps.yaml:82');
    assert.equal(origins.get('cpu: 500m'), 'templates/apps.yaml:99');
    assert.equal(
      origins.get('replicas: 3'),
      'policies/placement.yaml:112 PropagationPolicy shop/divided',
    );
    assert.equal(
      origins.get('- image: mirror.eu.example/divided:1.0'),
      'policies/overrides.yaml:17 OverridePolicy shop/mirror',
    );
    assert.equal(
      origins.get('mirrored: "true"'),
      'policies/overrides.yaml:21 OverridePolicy shop/mirror',
    );
    assert.equal(lines[0]?.origin.by, 'compile');
  });

  it('prints the origin of one line', () => {
    const { out } = run('blame', `${file}:13`);
    assert.equal(
      out,
      'policies/placement.yaml:112 PropagationPolicy shop/divided    replicas: 3\n',
    );
  });

  it('warns when the file is stale', async () => {
    const other = 'rendered/berlin/shop/deployment.apps_won.yaml';
    await writeFile(join(fleet, other), 'kind: Other\n');
    const { status, err, out } = run('blame', other);
    assert.equal(status, 0);
    assert.match(err, /is stale: these are the lines that regatta compile would write/);
    assert.match(out, /kind: Deployment/);
  });

  const wrong: readonly (readonly [string, number, RegExp])[] = [
    ['rendered/tokyo/shop/deployment.apps_divided.yaml', 1, /writes it for berlin, boston, paris/],
    [
      'rendered/paris/shop/deployment.apps_divide.yaml',
      1,
      /did you mean shop\/deployment.apps_divided/,
    ],
    [
      'templates/apps.yaml',
      1,
      /compile does not write templates\/apps.yaml: look below rendered\//,
    ],
    [`${file}:99`, 1, /has no line 99, only \d+ lines/],
    [`${file}:0`, 2, /line numbers start at 1/],
  ];
  for (const [name, status, message] of wrong) {
    it(`reports what is wrong with ${name}`, () => {
      const got = run('blame', name);
      assert.equal(got.status, status);
      assert.match(got.err, message);
    });
  }

  function run(...args: readonly string[]) {
    const { status, stdout, stderr } = runCommand(args, { cwd: fleet });
    return { status, out: stdout, err: stderr };
  }
});
