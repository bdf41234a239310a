import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, mock } from 'node:test';
import { lintDirectory } from '#cli/lint/lint.ts';
import type { EngineCall, EngineResult } from '#io/engine/call.ts';
import { engines } from '#io/engine/pool.ts';
import { formatDiagnostic } from '#model/diagnostic.ts';

const examples = join(import.meta.dirname, '../../examples');
const folder = mkdtempSync(join(tmpdir(), 'regatta-lint-members-'));

const files: Readonly<Record<string, string>> = {
  'policies/rule.yaml': `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: {name: rules}
spec:
  resourceSelectors:
    - {apiVersion: networking.istio.io/v1, kind: DestinationRule}
    - {apiVersion: networking.istio.io/v1, kind: Sidecar}
  placement:
    clusterAffinity: {clusterNames: [member1, mesh1]}
    clusterTolerations: [{key: regatta.dev/mesh, operator: Exists}]
`,
  'templates/rule.yaml': `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: callers}
spec: {host: reviews.default.svc.cluster.local}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: callers}
spec: {egress: [{hosts: [./*, default/ratings.default.svc.cluster.local]}]}
`,
};

const answer: EngineResult = {
  ...{ type: 'answered' },
  answer: { istioVersion: '', proxies: [], messages: [] },
} as EngineResult;

describe('lint of the members of a mesh', () => {
  after(() => rmSync(folder, { recursive: true }));

  it('M4: reports configuration where nothing reads it, and a rule that a Sidecar hides from its callers', async () => {
    const copy = join(folder, 'fleet');
    cpSync(join(examples, 'bookinfo'), copy, { recursive: true });
    for (const [path, text] of Object.entries(files)) writeFileSync(join(copy, path), text);
    const run = engines.run.bind(engines);
    const spy = mock.method(engines, 'run', (call: EngineCall) =>
      call.engine === 'istio' ? Promise.resolve(answer) : run(call),
    );
    const { diagnostics } = await lintDirectory(copy, { profile: 'regatta', strict: false });
    spy.mock.restore();
    const lines = diagnostics.map(formatDiagnostic).filter((line) => line.includes('mesh/'));
    assert.deepEqual(lines.join('\n').split('\n'), [
      'templates/rule.yaml:1:1: warning mesh/not-read: DestinationRule callers/reviews has no effect here, because Istio reads the configuration of mesh mesh1 only on mesh1 (on member1)',
      '  hint: place every DestinationRule of the mesh on mesh1',
      'templates/rule.yaml:4:8: warning mesh/invisible-rule: DestinationRule callers/reviews: no caller uses this rule: Sidecar callers/default hides the host from the callers in namespace callers',
      '  hint: add the host to the egress hosts of the Sidecar, or remove the DestinationRule',
      'templates/rule.yaml:6:1: warning mesh/not-read: Sidecar callers/default has no effect here, because Istio reads the configuration of mesh mesh1 only on mesh1 (on member1)',
      '  hint: place every Sidecar of the mesh on mesh1',
    ]);
  });
});
