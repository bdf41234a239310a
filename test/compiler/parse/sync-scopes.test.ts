import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compile } from '#compiler/compile.ts';
import { builtInKinds } from '#compiler/parse/scope.ts';
import { formatDiagnostic } from '#model/diagnostic.ts';

const member = `apiVersion: cluster.karmada.io/v1alpha1
kind: Cluster
metadata: { name: member1 }
`;
const template = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
`;

function faultsOf(sync: object): readonly string[] {
  const fleet = { apiVersion: 'regatta.dev/v1alpha1', kind: 'Fleet', spec: { sync } };
  const files = new Map([
    ['regatta.yaml', JSON.stringify(fleet, null, 2)],
    ['clusters/member1.yaml', member],
    ['templates/web.yaml', template],
  ]);
  return compile(files, new Map())
    .diagnostics.filter(({ code }) => code === 'parse/unmatched-scope')
    .map((diagnostic) => formatDiagnostic(diagnostic).replace(/^regatta.yaml:\d+:\d+: /, ''));
}

describe('scopes of spec.sync', () => {
  it('K45: reports a scope that names no cluster or no known kind as an error', () => {
    assert.deepEqual(
      faultsOf({
        suspended: [{ clusters: ['member2'] }, { kinds: ['Deploymnt', 'apps/Job'] }],
        drift: [{ clusters: ['member*', 'prod-*'], mode: 'freeze' }],
        windows: [{ clusters: ['membr1'], from: '09:00', to: '10:00' }],
        fields: [{ kinds: ['core/Service'], paths: ['/spec'], resolution: 'Yield' }],
      }),
      [
        'error parse/unmatched-scope: Fleet: spec.sync.suspended[0].clusters[0] names member2, but no cluster has that name\n  hint: did you mean member1?',
        'error parse/unmatched-scope: Fleet: spec.sync.suspended[1].kinds[0] names Deploymnt, but neither Kubernetes nor the repository defines that kind\n  hint: did you mean Deployment?',
        'error parse/unmatched-scope: Fleet: spec.sync.suspended[1].kinds[1] names apps/Job, but neither Kubernetes nor the repository defines that kind\n  hint: did you mean batch/Job?',
        'error parse/unmatched-scope: Fleet: spec.sync.drift[0].clusters[1] names prod-*, but no cluster has that name\n  hint: use the metadata.name of a Cluster, or a pattern such as eu-*',
        'error parse/unmatched-scope: Fleet: spec.sync.windows[0].clusters[0] names membr1, but no cluster has that name\n  hint: did you mean member1?',
        'error parse/unmatched-scope: Fleet: spec.sync.fields[0].kinds[0] names core/Service, but neither Kubernetes nor the repository defines that kind\n  hint: did you mean Service?',
      ],
    );
  });

  it('K45: warns of a scope that names no namespace or object', () => {
    const suspended = [{ namespaces: ['shoop', 'sh*'], names: ['web', 'wweb'] }];
    assert.deepEqual(faultsOf({ suspended }), [
      'warning parse/unmatched-scope: Fleet: spec.sync.suspended[0].namespaces[0] names shoop, but no template is in that namespace\n  hint: did you mean shop?',
      'warning parse/unmatched-scope: Fleet: spec.sync.suspended[0].names[1] names wweb, but no template has that name\n  hint: did you mean web?',
    ]);
  });

  it('accepts every kind of Kubernetes', () => {
    const file = join(import.meta.dirname, '../../../schemas/kubernetes.json');
    const { kinds } = JSON.parse(readFileSync(file, 'utf8')) as { kinds: Record<string, string> };
    const known = new Set(builtInKinds);
    // Cluster-scoped kinds that only the API server and schedulers create.
    const internal = new Set([
      'internal.apiserver.k8s.io/StorageVersion',
      'resource.k8s.io/ResourcePoolStatusRequest',
    ]);
    const missing = Object.keys(kinds)
      .map((kind) => kind.replace(/\/[^/]*\//, '/'))
      .filter((kind) => !known.has(kind) && !internal.has(kind));
    assert.deepEqual(missing, []);
  });
});
