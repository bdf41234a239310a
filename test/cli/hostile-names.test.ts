import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { command } from '#test/command.ts';
import { clusterNamed } from '#test/one-member.ts';

const fleetHead = 'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\n';

function policy(namespace: string, ...kinds: readonly string[]): string {
  const selectors = kinds.map((kind) => ({ apiVersion: 'k.example/v1', kind }));
  return JSON.stringify({
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'PropagationPolicy',
    metadata: { name: 'all', namespace },
    spec: {
      resourceSelectors: selectors,
      placement: { clusterAffinity: { clusterNames: ['one'] } },
    },
  });
}

function object(kind: string, namespace: string): string {
  const metadata = `{name: a, namespace: ${namespace}}`;
  return `apiVersion: k.example/v1\nkind: ${kind}\nmetadata: ${metadata}\n`;
}

describe('names of strangers', () => {
  let fleet: string;
  beforeEach(() => {
    fleet = mkdtempSync(join(tmpdir(), 'regatta-names-'));
    write('clusters/one.yaml', clusterNamed('one'));
  });
  afterEach(() => rmSync(fleet, { recursive: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(fleet, path)), { recursive: true });
    writeFileSync(join(fleet, path), text);
  }

  /** Compiles, and returns the files of the cluster. */
  function compiled(timeout: number): readonly string[] {
    const env = { ...process.env, XDG_CACHE_HOME: join(fleet, '.cache') };
    const args = [command, 'compile', fleet];
    const ran = spawnSync(process.execPath, args, { env, timeout, encoding: 'utf8' });
    assert.equal(ran.status, 0, `${ran.signal} ${ran.stdout}${ran.stderr}`);
    const files = readdirSync(join(fleet, 'rendered/one'), { recursive: true, encoding: 'utf8' });
    return files.filter((file) => file.endsWith('.yaml'));
  }

  it('K21: S12: no namespace takes an expression of regatta.yaml years', () => {
    const namespace = 'a'.repeat(63);
    const kinds = 'kinds: [{group: k.example, kind: Foo, scope: Namespaced}]';
    write(
      'regatta.yaml',
      `${fleetHead}spec: {${kinds}, skippedPropagatingNamespaces: ["(a+)+b"]}\n`,
    );
    write('policies/all.json', policy(namespace, 'Foo'));
    write('templates/a.yaml', object('Foo', namespace));
    assert.deepEqual(compiled(60_000), [`${namespace}/foo.k.example_a.yaml`]);
  });

  it('K39: S17: kinds that differ only in their case do not replace each other', () => {
    const scopes = ['Foo', 'FOO'].map(
      (kind) => `{group: k.example, kind: ${kind}, scope: Namespaced}`,
    );
    write('regatta.yaml', `${fleetHead}spec: {kinds: [${scopes}]}\n`);
    write('policies/all.json', policy('shop', 'Foo', 'FOO'));
    write('templates/a.yaml', object('Foo', 'shop'));
    write('templates/b.yaml', object('FOO', 'shop'));
    const files = compiled(60_000);
    assert.equal(new Set(files.map((file) => file.toLowerCase())).size, 2, `${files}`);
  });
});
