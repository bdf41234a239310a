import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '#test/commands/run-command.ts';
import { clusterNamed } from '#test/one-member.ts';

/** What `regatta compile` did with some files. */
interface CompiledFiles {
  readonly status: number | null;
  /** Standard output and standard error. */
  readonly output: string;
  /** The rendered objects of the cluster by path, such as `default/configmap_a.yaml`. */
  readonly rendered: ReadonlyMap<string, string>;
}

const everything = `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: everything}
spec:
  resourceSelectors: [{apiVersion: "*", kind: "*"}]
  placement: {clusterAffinity: {clusterNames: [member1]}}
`;

/**
 * Runs `regatta compile` on a fleet of one cluster, member1, whose policy selects the given kinds.
 *
 * @param kinds - `apiVersion Kind` of each kind
 */
export function compileFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  kinds: readonly string[] = ['v1 ConfigMap'],
): CompiledFiles {
  const folder = mkdtempSync(join(tmpdir(), 'regatta-files-'));
  const selectors = kinds.map((kind) => {
    const [apiVersion, name] = kind.split(' ');
    return `{apiVersion: ${apiVersion}, kind: ${name}}`;
  });
  const policy = everything.replace('{apiVersion: "*", kind: "*"}', selectors.join(', '));
  const fleet = { 'clusters/member1.yaml': clusterNamed('member1'), 'policies/all.yaml': policy };
  try {
    for (const [path, text] of Object.entries({ ...fleet, ...files })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const env = { ...process.env, NO_COLOR: '1', XDG_CACHE_HOME: join(folder, 'cache') };
    const out = join(folder, 'out');
    const { status, stdout, stderr } = runCommand(['compile', folder, '--out', out], { env });
    return {
      status,
      output: `${stdout}${stderr}`,
      rendered: filesBelow(join(out, 'rendered/member1')),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function filesBelow(root: string): ReadonlyMap<string, string> {
  if (!existsSync(root)) return new Map();
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return new Map(paths.map((path) => [path.slice(root.length + 1), readFileSync(path, 'utf8')]));
}
