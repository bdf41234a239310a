import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { collectScripts } from '#compiler/interpret/customizations.ts';
import type { Interpreted } from '#compiler/interpret/interpreted.ts';
import { createInterpreter, type Interpreter } from '#compiler/interpret/interpreter.ts';
import { scriptsFor } from '#io/lua/scripts.ts';
import type { CustomizationRules } from '#model/customization.ts';
import type { KubeObject } from '#model/object.ts';

const engine = await scriptsFor(new Map([['f.yaml', 'kind: ResourceInterpreterCustomization']]));
assert.ok(engine);

const at = () => ({ file: 'f.yaml', line: 1, column: 1 });

/** Returns an interpreter with one script for each given operation. */
function interpreter(scripts: Partial<Record<keyof CustomizationRules, string>>): Interpreter {
  const customizations = Object.fromEntries(
    Object.entries(scripts).map(([operation, luaScript]) => [operation, { luaScript }]),
  );
  const object = {
    apiVersion: 'config.karmada.io/v1alpha1',
    kind: 'ResourceInterpreterCustomization' as const,
    metadata: { name: 'rollout' },
    spec: { target: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' }, customizations },
  };
  assert.ok(engine);
  const kinds = collectScripts([{ object, at }], engine, ({ message }) => assert.fail(message));
  return createInterpreter({ profile: 'karmada', scripting: { engine, kinds } });
}

const rollout = (spec: object): KubeObject => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'web', namespace: 'shop' },
  spec,
});

function outcome<T>(result: Interpreted<T>): T | string {
  return result.type === 'known' ? result.value : result.message;
}

function replicas(body: string, spec: object = {}): unknown {
  const replicaResource = `local kube = require("kube") function GetReplicas(obj) ${body} end`;
  return outcome(interpreter({ replicaResource }).replicas(rollout(spec)));
}

describe('replicaResource', () => {
  const template = {
    spec: { nodeSelector: {}, containers: [{ resources: { requests: { cpu: '500m' } } }] },
  };

  it('returns replicas and the requirements of each from a script', () => {
    const body = 'return obj.spec.replicas, kube.accuratePodRequirements(obj.spec.template)';
    assert.deepEqual(replicas(body, { replicas: 3, template }), {
      replicas: 3,
      replicaRequirements: { namespace: 'shop', resourceRequest: { cpu: '500m' } },
    });
  });

  const rows: readonly (readonly [body: string, want: unknown])[] = [
    ['return 2.9', { replicas: 2 }],
    ['return 1, {}', { replicas: 1, replicaRequirements: { namespace: 'shop' } }],
    [
      'return 1, { namespace = "x", nodeClaim = {}, resourceRequest = { cpu = 2 } }',
      { replicas: 1, replicaRequirements: { namespace: 'x', resourceRequest: { cpu: 2 } } },
    ],
    [
      'return "3"',
      'ResourceInterpreterCustomization rollout: GetReplicas does not return a number of replicas',
    ],
    [
      'return 1, { resourceRequest = { cpu = "much" } }',
      'ResourceInterpreterCustomization rollout: GetReplicas returns invalid requirements: resourceRequest.cpu must be a quantity, such as 100m or 1Gi',
    ],
    [
      'return obj.spec.no.such',
      "ResourceInterpreterCustomization rollout: replicaResource:1: attempt to index field 'no' (a nil value)",
    ],
  ];
  for (const [body, want] of rows)
    it(`interprets replicaResource ${body}`, () => assert.deepEqual(replicas(body), want));
});

describe('replicaRevision', () => {
  const revise = (body: string, spec: object) => {
    const replicaRevision = `function ReviseReplica(obj, n) ${body} return obj end`;
    return outcome(interpreter({ replicaRevision }).revise(rollout(spec), 4));
  };

  it('revises the object and preserves empty maps and lists', () => {
    const spec = {
      canary: {},
      paths: [],
      steps: [{ pause: {} }, { match: [] }],
      'a.b/c': {},
      none: null,
    };
    const { none, ...kept } = spec;
    assert.equal(none, null);
    assert.deepEqual(
      revise('obj.spec.replicas = n obj.spec.new = {}', spec),
      rollout({ ...kept, replicas: 4 }),
    );
  });

  it('refuses a revision that returns another object', () => {
    const message =
      'ResourceInterpreterCustomization rollout: ReviseReplica does not return the object';
    assert.equal(revise('obj = n', {}), message);
    assert.equal(revise('obj.metadata.name = "other"', {}), message);
    assert.equal(revise('obj.kind = nil', {}), message);
  });

  it('leaves the object unchanged without a replicaRevision script', () => {
    const object = rollout({ replicas: 3 });
    const result = interpreter({ replicaResource: 'function GetReplicas() end' }).revise(object, 4);
    assert.equal(outcome(result), object);
  });
});

describe('dependencyInterpretation', () => {
  const dependencies = (body: string, spec: object = {}) => {
    const source = `local kube = require("kube") function GetDependencies(obj) ${body} end`;
    return outcome(interpreter({ dependencyInterpretation: source }).dependencies(rollout(spec)));
  };
  const secret = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name });
  const template = { spec: { imagePullSecrets: [{ name: 'b' }, { name: 'a' }] } };

  it('returns the dependencies of pods from a script', () => {
    const body = 'return kube.getPodDependencies(obj.spec.template, obj.metadata.namespace)';
    assert.deepEqual(dependencies(body, { template }), [secret('a'), secret('b')]);
    assert.deepEqual(dependencies(body, { template: {} }), []);
  });

  it('returns each dependency once', () => {
    const one = '{ apiVersion = "v1", kind = "Secret", namespace = "shop", name = "a" }';
    assert.deepEqual(dependencies(`return { ${one}, ${one} }`), [secret('a')]);
  });

  it('refuses invalid dependencies of a script', () => {
    const message =
      'ResourceInterpreterCustomization rollout: GetDependencies does not return a list of objects with apiVersion, kind, namespace, and name or labelSelector';
    assert.equal(dependencies('return { { kind = "Secret", name = "a" } }'), message);
    assert.equal(dependencies('return "a"'), message);
  });
});

describe('the module kube', () => {
  const rows: readonly (readonly [expression: string, want: unknown])[] = [
    ['kube.getResourceQuantity("1500m")', 1.5],
    ['kube.getResourceQuantity("1Ki")', 1024],
    ['kube.getResourceQuantity(nil)', 0],
    ['kube.resourceAdd("1Gi", "512Mi")', '1536Mi'],
    ['kube.resourceAdd(nil, "500m", "1")', '1500m'],
    ['kube.resourceAdd()', '0'],
  ];
  for (const [expression, want] of rows) {
    it(`evaluates ${expression}`, () => {
      const message = replicas(`error(tostring(${expression}), 0)`);
      assert.equal(message, `ResourceInterpreterCustomization rollout: ${want}`);
    });
  }
  for (const call of [
    'getResourceQuantity("-1")',
    'getResourceQuantity(5)',
    'resourceAdd("1", "x")',
    'accuratePodRequirements()',
    'getPodDependencies("x", "y")',
  ]) {
    it(`refuses the call kube.${call}`, () => {
      assert.match(
        String(replicas(`return kube.${call}`)),
        /is not a quoted quantity|needs a pod template/,
      );
    });
  }
});
