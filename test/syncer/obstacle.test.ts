import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KubeObject } from '#model/object.ts';
import { isAboutImmutable } from '#model/replacement.ts';
import { ClusterError, type RejectedField } from '#syncer/cluster-error.ts';
import { heldBy, withoutHeld } from '#syncer/plan/obstacle.ts';

function object(kind: string, name: string, fields: object = {}): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'shop' }, ...fields };
}

function service(name: string, ports: readonly object[], more: object = {}): KubeObject {
  return object('Service', name, { spec: { type: 'NodePort', ports, ...more } });
}

/** Returns what `obstacle` holds, as a text; `none` if it is not the obstacle. */
function held(
  obstacle: KubeObject,
  rejected: KubeObject,
  message: string,
  causes: readonly RejectedField[] = [],
): string {
  const error = new ClusterError('invalid', message, { causes });
  const found = heldBy(obstacle, { object: rejected, error });
  if (found?.type === 'value') return `${found.field} ${found.value}`;
  return found === undefined ? 'none' : found.type === 'quota' ? found.quota : found.type;
}

function taken(field: string, value: string | number): readonly RejectedField[] {
  const message = `Invalid value: ${value}: provided port is already allocated`;
  return [{ reason: 'FieldValueInvalid', field, message }];
}

describe('K34: the obstacle of a rejected object', () => {
  const old = service('web', [{ port: 1 }, { port: 80, nodePort: 30123 }]);
  const probe = service('web-regatta-probe', [{ port: 80, nodePort: 30123 }]);

  it('K34: is the object that holds the taken value, at any index of a list', () => {
    const causes = taken('spec.ports[0].nodePort', 30123);
    assert.equal(
      held(old, probe, 'is invalid', causes),
      'none',
      'the cause decides with the message',
    );
    assert.equal(held(old, probe, causes[0]?.message ?? '', causes), 'nodePort 30123');
  });

  it('K34: leaves the values that other objects may hold', () => {
    const both = service('b', [{ nodePort: 30123 }, { nodePort: 30124 }], {
      clusterIPs: ['10.0.0.1'],
    });
    const path = ['spec', 'ports', '*', 'nodePort'];
    const less = withoutHeld(both, { type: 'value', field: 'nodePort', value: '30123', path });
    assert.deepEqual(Object(less.spec).ports, [{}, { nodePort: 30124 }]);
    const ip = { type: 'value', field: 'clusterIPs', value: '10.0.0.1' } as const;
    const without = withoutHeld(both, { ...ip, path: ['spec', 'clusterIPs', '*'] });
    assert.equal(Object(without.spec).clusterIPs, undefined);
  });

  it('K34: is not an object that holds another value, or only a part of the value', () => {
    const causes = taken('spec.ports[0].nodePort', 30123);
    for (const nodePort of [30124, 3012, 123]) {
      const other = service('web', [{ nodePort }]);
      assert.equal(held(other, probe, causes[0]?.message ?? '', causes), 'none');
    }
  });

  it('K34: is not the live object when the new object has a value twice', () => {
    const [web, twice] = ['web', 'web-regatta-probe'].map((name) =>
      service(name, [{ name: 'http' }, { name: name === 'web' ? 'more' : 'http' }]),
    );
    const causes = [
      {
        reason: 'FieldValueDuplicate',
        field: 'spec.ports[1].name',
        message: 'Duplicate value: "http"',
      },
    ];
    assert.equal(held(web ?? old, twice ?? old, 'Duplicate value: "http"', causes), 'none');
  });

  it('K34: is the object whose field an error without causes describes', () => {
    const port = { healthCheckNodePort: 30155 };
    const message =
      'Internal error occurred: failed to allocate requested HealthCheck NodePort 30155: provided port is already allocated';
    assert.equal(
      held(service('a', [], port), service('b', [], port), message),
      'healthCheckNodePort 30155',
    );
    assert.equal(held(service('a', []), service('b', [], port), message), 'none');
  });

  it('K34: is the object that the message names, and no other one', () => {
    const message =
      'priorityclasses.scheduling.k8s.io "x-regatta-probe" is forbidden: PriorityClass most is already marked as default. Only one default can exist';
    const named = (name: string) => {
      const of = (one: string) => ({ ...object('PriorityClass', one), metadata: { name: one } });
      return held(of(name), of('x-regatta-probe'), message);
    };
    assert.deepEqual(['most', 'mo', 'default', 'x'].map(named), ['named', 'none', 'none', 'none']);
  });

  it('K34: is not an object with the value when the message names another holder', () => {
    const rules = { spec: { rules: [{ host: 'a.example' }] } };
    const message = (name: string) =>
      `admission webhook denied the request: host "a.example" is already defined in ingress ${name}`;
    const [live, probe] = [object('Ingress', 'live', rules), object('Ingress', 'probe', rules)];
    assert.equal(held(live, probe, message('shop/live')), 'named');
    assert.equal(held(live, probe, message('other/live')), 'none');
    assert.equal(held(live, probe, 'host "a.example" is already in use'), 'host a.example');
  });

  it('K34: does not exist when the API server rejects the value itself', () => {
    assert.equal(
      held(old, probe, 'spec.ports[0].nodePort: Invalid value: 30123: out of range'),
      'none',
    );
    assert.equal(held(old, probe, 'PriorityClass web is forbidden'), 'none');
  });
});

describe('K34: a quota', () => {
  const exceeded = (figures: string) => `jobs "x" is forbidden: exceeded quota: team, ${figures}`;
  const cases: readonly [name: string, obstacle: KubeObject, figures: string, isFreed: boolean][] =
    [
      [
        'one Job of one',
        object('Job', 'a'),
        'requested: count/jobs.batch=1, used: count/jobs.batch=1, limited: count/jobs.batch=1',
        true,
      ],
      [
        'one Job too many',
        object('Job', 'a'),
        'requested: count/jobs.batch=1, used: count/jobs.batch=2, limited: count/jobs.batch=1',
        false,
      ],
      [
        'a claim of the same size',
        object('PersistentVolumeClaim', 'a', {
          spec: { resources: { requests: { storage: '1Gi' } } },
        }),
        'requested: requests.storage=1024Mi, used: requests.storage=1Gi, limited: requests.storage=1Gi',
        true,
      ],
      [
        'a larger claim',
        object('PersistentVolumeClaim', 'a', {
          spec: { resources: { requests: { storage: '1Gi' } } },
        }),
        'requested: requests.storage=2Gi, used: requests.storage=1Gi, limited: requests.storage=1Gi',
        false,
      ],
      [
        'a Service with as many node ports',
        service('a', [{}, {}]),
        'requested: services.nodeports=2, used: services.nodeports=2, limited: services.nodeports=2',
        true,
      ],
      [
        'a Service with fewer node ports',
        service('a', [{}]),
        'requested: services.nodeports=2, used: services.nodeports=2, limited: services.nodeports=2',
        false,
      ],
      [
        'a Pod, of several resources',
        object('Pod', 'a', {
          spec: { containers: [{ resources: { requests: { cpu: '500m', memory: '1Gi' } } }] },
        }),
        'requested: pods=1,requests.cpu=500m,requests.memory=1Gi, used: pods=1,requests.cpu=1,requests.memory=2Gi, limited: pods=1,requests.cpu=1,requests.memory=2Gi',
        true,
      ],
      [
        'a Pod that has ended',
        object('Pod', 'a', { spec: { containers: [{}] }, status: { phase: 'Succeeded' } }),
        'requested: pods=1, used: pods=1, limited: pods=1',
        false,
      ],
      [
        'an unknown resource',
        object('Pod', 'a', { spec: { containers: [{}] } }),
        'requested: example.com/gpu=1, used: example.com/gpu=1, limited: example.com/gpu=1',
        false,
      ],
    ];
  for (const [name, obstacle, figures, isFreed] of cases) {
    it(`K34: ${isFreed ? 'frees' : 'does not free'} enough: ${name}`, () => {
      const rejected = { ...obstacle, metadata: { ...obstacle.metadata, name: 'x' } };
      assert.equal(held(obstacle, rejected, exceeded(figures)), isFreed ? 'team' : 'none');
    });
  }
});

describe('K34: a message where no dry run is possible', () => {
  const messages = [
    'spec.selector: field is immutable',
    "Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden",
    'spec is immutable after creation except resources.requests',
    'may not change once set',
    'Forbidden: pod updates may not add or remove containers',
    'Forbidden: updates to parameters are forbidden.',
    'cannot change roleRef',
    'Forbidden: may not be changed in an update.',
  ];
  for (const message of messages) {
    it(`K34: blames the live object: ${message}`, () => assert.ok(isAboutImmutable(message)));
  }

  it('K34: does not blame the live object for an invalid value', () => {
    assert.ok(
      !isAboutImmutable('spec.replicas: Invalid value: -1: must be greater than or equal to 0'),
    );
  });
});
