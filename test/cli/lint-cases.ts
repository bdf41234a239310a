import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { completeAnswers } from '#cli/fleet/complete-answers.ts';
import { planOutput, renderFleet, withFindings } from '#compiler/compile.ts';
import { startValidation } from '#compiler/validate/validate.ts';
import { ObjectChecks } from '#io/checks/object-checks.ts';
import { knownSchemas } from '#io/schemas.ts';
import { formatDiagnostic } from '#model/diagnostic.ts';
import '#test/commands/kept-checker.ts';

/** Returns a Cluster, with its status in YAML. */
export const cluster = (name: string, status = '{}') => `
apiVersion: cluster.karmada.io/v1alpha1
kind: Cluster
metadata: { name: ${name} }
status: ${status}
---`;

const policy = `apiVersion: policy.karmada.io/v1alpha1
kind: ClusterPropagationPolicy
metadata: { name: all }
spec:
  resourceSelectors:
`;

export interface LintCase {
  readonly name: string;
  readonly template: string;
  /** The Cluster objects; the default is one cluster of version 1.37. */
  readonly clusters?: string;
  readonly override?: string;
  readonly existing?: ReadonlyMap<string, string>;
  readonly want: readonly string[];
}

/** Renders a case and starts its validation, whose requests the engine answers. */
function start({ template, clusters, override = '', existing = new Map() }: LintCase) {
  const types = [...template.matchAll(/^apiVersion: (.*)\nkind: (.*)$/gm)];
  const selectors = new Set(
    types
      .filter(([, , kind]) => kind !== 'Namespace')
      .map(([, apiVersion, kind]) => `    - { apiVersion: ${apiVersion}, kind: ${kind} }`),
  );
  const files = new Map([
    ['clusters/c.yaml', clusters ?? cluster('one', '{ kubernetesVersion: v1.37.2 }')],
    ['templates/t.yaml', template],
    ['policies/p.yaml', policy + [...selectors].join('\n')],
    ...(override === '' ? [] : [['policies/o.yaml', override] as const]),
  ]);
  const rendered = renderFleet(files, new Map(), { profile: 'regatta' });
  const inputs = { known: knownSchemas(), existing, scope: 'everything' as const };
  return { rendered, existing, validation: startValidation(rendered.rendition(), inputs) };
}

/** Returns the lines of the diagnostics of each case; each hint has a separate line. */
async function lintAll(
  all: readonly LintCase[],
): Promise<ReadonlyMap<LintCase, readonly string[]>> {
  const started = all.map((one) => ({ one, ...start(one) }));
  const requests = started.flatMap(({ validation }) => validation.requests);
  // One run checks all cases, because loading the engine takes longer than the checks.
  const checks = new ObjectChecks('test/cli/lint');
  const answers = await completeAnswers(requests, (some) => checks.run(some));
  return new Map(
    started.map(({ one, rendered, existing, validation }) => {
      const there = { intact: [], others: existing };
      const { diagnostics } = planOutput(withFindings(rendered, validation.finish(answers)), there);
      return [one, diagnostics.flatMap((diagnostic) => formatDiagnostic(diagnostic).split('\n'))];
    }),
  );
}

/** Returns a Deployment with this container, and other fields of its spec. */
export const deployment = (container: string, rest = '') => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: { matchLabels: { app: web } }
${rest}  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
${container.replaceAll(/^/gm, '          ')}
`;

/** Declares a suite with one test for each case. */
export function describeCases(name: string, cases: readonly LintCase[]): void {
  describe(name, () => {
    let found: ReadonlyMap<LintCase, readonly string[]>;
    before(async () => {
      found = await lintAll(cases);
    });

    for (const one of cases) {
      it(one.name, () => assert.deepEqual(found.get(one), one.want));
    }
  });
}
