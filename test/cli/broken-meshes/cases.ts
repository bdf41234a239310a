import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintDirectory } from '#cli/lint/lint.ts';
import { changeFiles } from '#io/files/files.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import '#test/commands/kept-checker.ts';

const folder = import.meta.dirname;

/** Names of the broken configurations. Each is a file that is added to the sound `base.yaml`. */
export const caseNames: readonly string[] = readdirSync(join(folder, 'cases'))
  .map((file) => file.replace(/\.yaml$/, ''))
  .sort();

/** Names of the sound configurations. */
export const soundNames: readonly string[] = readdirSync(join(folder, 'sound'))
  .map((file) => file.replace(/\.yaml$/, ''))
  .sort();

/**
 * Returns the files of a case, by name. Its namespace `shop` gets the name of the case, in the names of hosts too, so
 * that all cases can be in one mesh without affecting each other.
 */
export function filesOf(name: string): ReadonlyMap<string, string> {
  const files = [
    ['base.yaml', baseText()],
    ['case.yaml', readFileSync(join(folder, 'cases', `${name}.yaml`), 'utf8')],
  ] as const;
  return new Map(files.map(([file, text]) => [file, text.replaceAll(/\bshop\b/g, name)]));
}

/** Returns the sound file with its own namespace. */
export function baseText(): string {
  return readFileSync(join(folder, 'base.yaml'), 'utf8');
}

export function soundFile(name: string): string {
  return readFileSync(join(folder, 'sound', `${name}.yaml`), 'utf8');
}

/** Returns the sentence in the first line of a case, which says what is wrong. */
export function faultOf(name: string): string {
  const [first = ''] = readFileSync(join(folder, 'cases', `${name}.yaml`), 'utf8').split('\n');
  return first.replace(/^# /, '');
}

const kinds: Readonly<Record<string, string>> = {
  v1: 'Namespace Service ServiceAccount Pod',
  'apps/v1': 'Deployment StatefulSet',
  'networking.istio.io/v1':
    'VirtualService DestinationRule Gateway ServiceEntry WorkloadEntry WorkloadGroup Sidecar',
  'networking.istio.io/v1alpha3': 'EnvoyFilter',
  'security.istio.io/v1': 'AuthorizationPolicy PeerAuthentication RequestAuthentication',
  'telemetry.istio.io/v1': 'Telemetry',
  'gateway.networking.k8s.io/v1': 'Gateway HTTPRoute GRPCRoute ReferenceGrant',
};

const selectors = Object.entries(kinds)
  .flatMap(([apiVersion, names]) =>
    names.split(' ').map((kind) => `    - {apiVersion: ${apiVersion}, kind: ${kind}}\n`),
  )
  .join('');

const served = Object.entries(kinds)
  .map(([groupVersion, names]) => {
    const resources = names
      .split(' ')
      .map((kind) => `{kind: ${kind}, name: ${kind.toLowerCase().replace(/y$/, 'ie')}s}`);
    return `    - {groupVersion: ${groupVersion}, resources: [${resources.join(', ')}]}\n`;
  })
  .join('');

const fleet: ReadonlyMap<string, string> = new Map([
  ['regatta.yaml', 'apiVersion: regatta.dev/v1alpha1\nkind: Fleet\nspec: {}\n'],
  [
    'clusters/east.yaml',
    `apiVersion: cluster.karmada.io/v1alpha1
kind: Cluster
metadata: {name: east}
spec: {syncMode: Push}
status:
  apiEnablements:
${served}`,
  ],
  [
    'policies/all.yaml',
    `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: all}
spec:
  resourceSelectors:
${selectors}  placement: {clusterAffinity: {clusterNames: [east]}}
`,
  ],
]);

/** Returns what lint finds in templates that one cluster gets, without what it says about the policy of this fleet. */
export async function lintTemplates(
  parent: string,
  templates: ReadonlyMap<string, string>,
): Promise<readonly Diagnostic[]> {
  const directory = mkdtempSync(join(parent, 'fleet-'));
  const files = [...templates].map(([name, text]) => [`templates/${name}`, text] as const);
  await changeFiles(directory, { write: new Map([...fleet, ...files]), remove: [] });
  const { diagnostics } = await lintDirectory(directory, { profile: 'regatta', strict: false });
  return diagnostics.filter(({ code }) => code !== 'select/selects-nothing');
}

/** Returns the templates of cases, each in a folder of its own. */
export function templatesOf(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    names.flatMap((name) =>
      [...filesOf(name)].map(([file, text]) => [`${name}/${file}`, text] as const),
    ),
  );
}
