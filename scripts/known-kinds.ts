/**
 * `node scripts/known-kinds.ts`: writes schemas/known-kinds.json, with Go: the scope of the kinds that widely used
 * controllers define. It reads the CustomResourceDefinitions in Go modules of these projects, and
 * scripts/known-kinds/written.txt for projects that publish no such module.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import builtInApis from '../schemas/built-in-apis.json' with { type: 'json' };
import { moduleNames } from './known-kinds/modules.ts';

type Scope = 'Cluster' | 'Namespaced';

/** Scopes by group and kind, such as `cert-manager.io/ClusterIssuer`. */
const scopes = new Map<string, Scope>();

/** Definitions of tests and examples use these groups. */
const invented = /(^|\.)(example|test|foo|bar|local|acme|cool|mygroup)(\.|$)|example|\.io\.io$/;

/** The groups of Kubernetes and Karmada, whose kinds compiler/parse/scope.ts has. */
const builtIn = new Set(Object.keys(builtInApis.kinds).map((kind) => kind.replace(/\/.*/, '')));

function downloadModule(folder: string, name: string): string {
  const answer = execFileSync('go', ['mod', 'download', '-json', name], { cwd: folder });
  return (JSON.parse(answer.toString()) as { readonly Dir: string }).Dir;
}

function readDefinitions(folder: string): void {
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.ya?ml$/.test(path) || /(^|\/)(testdata|tests?|e2e|examples?)\//.test(path)) continue;
    const text = readFileSync(join(folder, path), 'utf8');
    if (!text.includes('CustomResourceDefinition')) continue;
    for (const document of text.split(/^---/m)) readDefinition(document);
  }
}

/** Reads the fields by their indentation, because many files are templates of charts, which are not YAML. */
function readDefinition(text: string): void {
  if (!/^kind: CustomResourceDefinition$/m.test(text)) return;
  const [, group] = /^ {2}group: ["']?([\w.-]+)/m.exec(text) ?? [];
  const [, kind] = /^ {2}names:\n(?: {4}.*\n)*? {4}kind: ["']?(\w+)/m.exec(text) ?? [];
  const [, scope] = /^ {2}scope: ["']?(Cluster|Namespaced)\b/m.exec(text) ?? [];
  if (group && kind && scope) add(group, kind, scope as Scope);
}

function add(group: string, kind: string, scope: Scope): void {
  if (invented.test(group) || builtIn.has(group) || group.endsWith('karmada.io')) return;
  const name = `${group}/${kind}`;
  const other = scopes.get(name);
  if (other !== undefined && other !== scope) console.error(`${name} is ${other} and ${scope}`);
  scopes.set(name, other ?? scope);
}

/** Each line has a group, its cluster-scoped kinds and its namespaced kinds, with `|` between them. */
function readWritten(): void {
  const text = readFileSync(join(import.meta.dirname, 'known-kinds/written.txt'), 'utf8');
  for (const line of text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))) {
    const [group = '', cluster = '', namespaced = ''] = line.split('|').map((part) => part.trim());
    for (const kind of cluster.split(/ +/).filter(Boolean)) add(group, kind, 'Cluster');
    for (const kind of namespaced.split(/ +/).filter(Boolean)) add(group, kind, 'Namespaced');
  }
}

const work = mkdtempSync(join(tmpdir(), 'regatta-kinds-'));
try {
  writeFileSync(join(work, 'go.mod'), 'module kinds\n');
  for (const name of moduleNames) readDefinitions(downloadModule(work, name));
} finally {
  rmSync(work, { recursive: true, force: true });
}
readWritten();

const groups: Record<string, Partial<Record<Scope, string[]>>> = {};
for (const [name, scope] of [...scopes].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
  const [group = '', kind = ''] = name.split('/');
  groups[group] ??= {};
  groups[group][scope] = [...(groups[group][scope] ?? []), kind];
}
const target = join(import.meta.dirname, '../schemas/known-kinds.json');
writeFileSync(target, `${JSON.stringify({ source: moduleNames, groups })}\n`);
