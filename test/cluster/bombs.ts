/** Commits that exhaust the memory or the time of whatever compiles them, and commits that compile. */
import { configMap } from './objects.ts';

export type CommitFiles = Readonly<Record<string, string | object>>;

const members = ['member1', 'member2'];

/** The files of a fleet with one ConfigMap on both members. */
export function soundFleet(value: string): CommitFiles {
  return {
    'clusters/members.yaml': members.map(cluster).join('---\n'),
    'policies/all.yaml': policy('v1', 'ConfigMap'),
    'templates/a.json': configMap('a', value),
  };
}

/** Commits that need more memory than a compile may use, by what they are. */
export const memoryBombs: Readonly<Record<string, CommitFiles>> = {
  'files of millions of empty lists': {
    'templates/lists1.yaml': lists('lists1'),
    'templates/lists2.yaml': lists('lists2'),
  },
  'a chart that doubles a text': chart(
    '{{ $t := "0123456789" }}{{ range until 40 }}{{ $t = print $t $t }}{{ end }}{{ $t | len }}',
  ),
};

/** Commits that take longer than a compile may take. */
export const timeBombs: Readonly<Record<string, CommitFiles>> = {
  'a chart without end': chart(
    '{{ range until 9999 }}{{ range until 9999 }}{{ range until 9999 }}{{ end }}{{ end }}{{ end }}',
  ),
  'a kustomization of aliases': {
    'templates/bomb/kustomization.yaml': 'resources: [map.yaml]\nnamePrefix: a-\n',
    'templates/bomb/map.yaml': `${mapHead('aliases')}data:\n${aliases(12)}`,
  },
};

/** Scripts that exceed the limits of their own, with the message that names them. */
export const scriptBombs: Readonly<Record<string, readonly [script: string, fault: RegExp]>> = {
  'a script without end': ['while true do end', /script takes more than 20 million steps/],
  'a script that doubles a text': [
    "local t = 'x' while true do t = t .. t end",
    /script needs more than 64 MiB of memory/,
  ],
};

/** Returns a commit whose script counts the replicas of a Deployment. */
export function scripted(script: string): CommitFiles {
  return {
    'policies/widgets.yaml': policy('example.com/v1', 'Widget'),
    'policies/script.yaml': `apiVersion: config.karmada.io/v1alpha1
kind: ResourceInterpreterCustomization
metadata: {name: bomb}
spec:
  target: {apiVersion: example.com/v1, kind: Widget}
  customizations:
    replicaResource:
      luaScript: |
        function GetReplicas(obj) ${script} return 1, {} end
`,
    'templates/widget.yaml':
      'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w, namespace: default}\n',
  };
}

/** Returns the files of a commit as files that the next commit removes. */
export function removed(files: CommitFiles): Readonly<Record<string, undefined>> {
  return Object.fromEntries(Object.keys(files).map((path) => [path, undefined]));
}

/** Returns an object of almost the largest size that a source file may have. */
function lists(name: string): string {
  return `${mapHead(name)}data: [${'[],'.repeat(5_000_000)}[]]\n`;
}

function mapHead(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: default}\n`;
}

function chart(template: string): CommitFiles {
  return {
    'templates/bomb/Chart.yaml': 'apiVersion: v2\nname: bomb\nversion: 1.0.0\n',
    'templates/bomb/templates/map.yaml': `${mapHead('bomb')}data: {text: '${template}'}\n`,
  };
}

/** Returns lists of ten aliases, each of the list before it. */
function aliases(levels: number): string {
  const lists = Array.from({ length: levels }, (_, level) => {
    const items = Array.from({ length: 10 }, () => (level === 0 ? 'x' : `*a${level - 1}`));
    return `  a${level}: &a${level} [${items.join(', ')}]\n`;
  });
  return lists.join('');
}

function cluster(name: string): string {
  return `apiVersion: cluster.karmada.io/v1alpha1
kind: Cluster
metadata: {name: ${name}}
spec: {syncMode: Push}
`;
}

/** Returns a policy that propagates all objects of a kind to both members. */
function policy(apiVersion: string, kind: string): string {
  return `apiVersion: policy.karmada.io/v1alpha1
kind: PropagationPolicy
metadata: {name: all-${kind.toLowerCase()}, namespace: default}
spec:
  resourceSelectors: [{apiVersion: ${apiVersion}, kind: ${kind}}]
  placement: {clusterAffinity: {clusterNames: [${members.join(', ')}]}}
`;
}
