import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { olderNames } from '#syncer/ownership/names.ts';
import { judgeDryRun } from '#syncer/plan/judge-dry-run.ts';
import { planApply } from '#syncer/plan/plan-apply.ts';
import { sampleFleet } from './samples.ts';

const desired: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'shop', name: 'web' },
  spec: { replicas: 1 },
};

const kubectl = {
  manager: 'kubectl-edit',
  operation: 'Update',
  fieldsV1: { 'f:spec': { 'f:paused': {} } },
};
const hpa = {
  manager: 'hpa',
  operation: 'Update',
  fieldsV1: { 'f:spec': { 'f:replicas': {} } },
};

function liveWith(spec: object, ...managedFields: readonly object[]): KubeObject {
  return { ...desired, metadata: { ...desired.metadata, managedFields }, spec };
}

const manager = 'regatta';
const claimant = { owner: { fleet: sampleFleet, names: olderNames }, others: new Map() };
const yieldReplicas = { paths: ['/spec/replicas'], resolution: 'Yield' } as const;
const abortReplicas = { paths: ['/spec/replicas'], resolution: 'Abort' } as const;

describe('planApply', () => {
  it('refuses another manager’s object before it looks at field rules', () => {
    const live = liveWith({ replicas: 3 }, hpa);
    const plan = planApply(desired, live, { isManaged: false, rules: [abortReplicas], claimant });
    assert.ok(plan.type === 'refuse');
    assert.match(plan.reason, /^exists already and is not managed by Regatta \(managed by hpa\)/);
  });

  it('refuses an object whose field rule says Abort', () => {
    const live = liveWith({ replicas: 3 }, hpa);
    const plan = planApply(desired, live, { isManaged: true, rules: [abortReplicas], claimant });
    assert.deepEqual(plan.type, 'refuse');
  });

  it('sends the object without yielded fields, and lists leftovers of other managers', () => {
    const live = liveWith({ replicas: 3, paused: true }, hpa, kubectl);
    const plan = planApply(desired, live, { isManaged: true, rules: [yieldReplicas], claimant });
    assert.ok(plan.type === 'send');
    assert.deepEqual(plan.toApply.spec, {});
    assert.deepEqual([...plan.yieldedTo], ['hpa']);
    assert.deepEqual(plan.leftovers, [kubectl]);
  });
});

describe('judgeDryRun', () => {
  it('reports an apply that changes nothing as unchanged', () => {
    const live = liveWith({ replicas: 1 });
    const verdict = judgeDryRun({ toApply: desired, live, leftovers: [], merged: live, manager });
    assert.deepEqual(verdict, { type: 'unchanged' });
  });

  it('reports leftovers that the dry run keeps, and removes them from its result', () => {
    const live = liveWith({ replicas: 1, paused: true }, kubectl);
    const dryRun = { toApply: desired, live, leftovers: [kubectl], merged: live, manager };
    const verdict = judgeDryRun(dryRun);
    assert.ok(verdict.type === 'apply');
    assert.deepEqual(verdict.result?.spec, { replicas: 1 });
    assert.deepEqual(
      verdict.changes.map(({ path, manager }) => [path, manager]),
      [['.spec.paused', 'kubectl-edit']],
    );
  });

  it('asks for the apply when the API server rejects the dry run of an immutable field', () => {
    const live = liveWith({ replicas: 1 });
    const verdict = judgeDryRun({
      toApply: desired,
      live,
      leftovers: [],
      merged: undefined,
      manager,
    });
    assert.deepEqual(verdict, { type: 'apply', changes: [], result: undefined });
  });
});
