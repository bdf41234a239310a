/** A fleet in a Git repository, whose main branch is compiled, for attacks by pull requests. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compareCommits } from '#cli/diff/commits.ts';
import { judgeOf } from '#cli/diff/judge.ts';
import { compileDirectory } from '#cli/fleet/compile.ts';
import { printHtml } from '#cli/review/html.ts';
import { printMarkdown } from '#cli/review/markdown.ts';
import { printText } from '#cli/review/text.ts';
import { formatDiagnostic } from '#model/diagnostic.ts';
import { command } from '#test/command.ts';

export interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export class ReviewedFleet {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'regatta-reviewed-'));
  readonly path: string = join(this.folder, 'fleet');

  /** Makes the repository, in which main is compiled. */
  static async make(): Promise<ReviewedFleet> {
    const fleet = new ReviewedFleet();
    await fleet.compile();
    fleet.commit('main');
    return fleet;
  }

  private constructor() {
    mkdirSync(this.path);
    this.git('init', '--quiet', '--initial-branch=main');
    for (const name of ['member1', 'member2']) this.write(`clusters/${name}.yaml`, clusterOf(name));
    this.write('templates/namespace.yaml', namespaceOf('shop'));
    this.write('templates/conf.yaml', widgetOf('conf', 'one'));
    this.write('policies/all.yaml', policyOf());
  }

  /** Writes regatta.yaml. */
  set(spec: string): void {
    this.write('regatta.yaml', `apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: ${spec}\n`);
  }

  /** Starts a pull request from main. */
  branch(name: string): void {
    this.git('checkout', '--quiet', '--force', '-B', name, 'main');
    this.git('clean', '--quiet', '--force', '-d');
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.path, file)), { recursive: true });
    writeFileSync(join(this.path, file), text);
  }

  delete(file: string): void {
    rmSync(join(this.path, file), { recursive: true });
  }

  async compile(): Promise<void> {
    const { ok, diagnostics } = await compileDirectory(this.path);
    if (!ok) throw new Error(JSON.stringify(diagnostics));
  }

  commit(message: string): void {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--no-verify', `--message=${message}`);
  }

  git(...args: readonly string[]): string {
    const identity = ['-c', 'user.name=eve', '-c', 'user.email=eve@example.com'];
    return execFileSync('git', [...identity, ...args], { cwd: this.path, encoding: 'utf8' });
  }

  /** Runs `regatta diff` from main to the current commit. */
  diff(...args: readonly string[]): Ran {
    return this.run('diff', '--base', 'main', '--head', 'HEAD', ...args, this.path);
  }

  /** Returns what `regatta diff` prints in each format, without a process for each. */
  async review(base = 'main'): Promise<Readonly<Record<(typeof formats)[number], string>>> {
    const report = await compareCommits(this.path, { base, head: 'HEAD' });
    return {
      text: printText(report),
      markdown: printMarkdown(report),
      html: printHtml(report).replaceAll('&quot;', '"'),
      json: JSON.stringify(report).replaceAll('\\"', '"'),
    };
  }

  /** Returns the errors and the stale files that `regatta compile --check` finds with a base. */
  async check(...[base]: readonly (string | undefined)[]): Promise<readonly string[]> {
    const judge = await judgeOf(this.path, base);
    const result = await compileDirectory(this.path, { check: true, judge });
    const { diagnostics, changed, written } = result;
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    return [
      ...errors.map((error) => formatDiagnostic(error)),
      ...(written ? changed.map((path) => `stale ${path}`) : []),
    ];
  }

  run(...args: readonly string[]): Ran {
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
      encoding: 'utf8',
      env: { ...process.env, XDG_CACHE_HOME: join(this.folder, 'cache') },
    });
    return { status, out: stdout, err: stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const formats = ['text', 'markdown', 'html', 'json'] as const;

function clusterOf(name: string): string {
  return `apiVersion: cluster.karmada.io/v1alpha1\nkind: Cluster\nmetadata: {name: ${name}}\nspec: {syncMode: Push}\n`;
}

export function namespaceOf(name: string): string {
  return `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`;
}

/** Returns an object of a kind that no API server checks, so that a comparison starts no engine. */
export function widgetOf(name: string, value: string): string {
  return `apiVersion: example.io/v1\nkind: Widget\nmetadata: {name: ${name}, namespace: shop}\nspec: {a: ${value}}\n`;
}

export function policyOf(more = ''): string {
  return `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: {name: all, namespace: shop}
spec:
  resourceSelectors: [{apiVersion: example.io/v1, kind: Widget}]
  placement: {clusterAffinity: {clusterNames: [member1, member2]}}
${more}`;
}

/** A ClusterRoleBinding that gives all rights to a ServiceAccount. */
export const admin = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: evil}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: default, namespace: shop}]
`;
