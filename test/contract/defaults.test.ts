import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, ok } from '#test/api/reading.ts';
import { useMember } from './member.ts';
import { deployment, deployments, podTemplate, service, services } from './objects.ts';
import { containerDefaults, podDefaults, probeDefaults } from './pod-defaults.ts';

const image = 'registry.example/web:1.0';

describe('defaults', () => {
  const member = useMember();

  it('sets the defaults of a Deployment', async () => {
    const made = ok(await member.create(deployments(await member.namespace()), deployment('web')));
    assert.deepEqual(made.spec, {
      replicas: 1,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'main', image, ...containerDefaults }], ...podDefaults },
      },
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' },
      },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    });
  });

  it('sets the defaults of containers, probes and volumes', async () => {
    const containers = [
      {
        name: 'main',
        image: 'registry.example/web',
        ports: [{ containerPort: 80 }],
        env: [
          { name: 'A', value: '' },
          { name: 'HOST', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
        ],
        livenessProbe: { httpGet: { port: 80 } },
        readinessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 5 },
        resources: { limits: { cpu: '1000m', memory: '1024Mi' } },
        volumeMounts: [{ name: 'settings', mountPath: '/settings' }],
      },
    ];
    const volumes = [
      { name: 'settings', configMap: { name: 'settings' } },
      { name: 'keys', secret: { secretName: 'keys' } },
      { name: 'scratch', emptyDir: {} },
      { name: 'host', hostPath: { path: '/var' } },
    ];
    const spec = { volumes, serviceAccountName: 'robot', initContainers: [{ name: 'i', image }] };
    const template = podTemplate('web', containers, spec);
    const path = deployments(await member.namespace());
    const made = ok(await member.create(path, deployment('web', { template })));
    assert.deepEqual(at(made, 'spec.template.spec'), {
      volumes: [
        { name: 'settings', configMap: { name: 'settings', defaultMode: 420 } },
        { name: 'keys', secret: { secretName: 'keys', defaultMode: 420 } },
        { name: 'scratch', emptyDir: {} },
        { name: 'host', hostPath: { path: '/var', type: '' } },
      ],
      initContainers: [{ name: 'i', image, ...containerDefaults }],
      containers: [
        {
          ...containerDefaults,
          name: 'main',
          image: 'registry.example/web',
          imagePullPolicy: 'Always',
          ports: [{ containerPort: 80, protocol: 'TCP' }],
          env: [
            { name: 'A' },
            {
              name: 'HOST',
              valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } },
            },
          ],
          livenessProbe: { httpGet: { path: '/', port: 80, scheme: 'HTTP' }, ...probeDefaults },
          readinessProbe: { tcpSocket: { port: 'http' }, ...probeDefaults, periodSeconds: 5 },
          resources: { limits: { cpu: '1', memory: '1Gi' } },
          volumeMounts: [{ name: 'settings', mountPath: '/settings' }],
        },
      ],
      ...podDefaults,
      serviceAccountName: 'robot',
      serviceAccount: 'robot',
    });
  });

  it('sets the defaults of a Service', async () => {
    const path = services(await member.namespace());
    const made = ok(await member.create(path, service('web', [{ port: 80 }])));
    const { clusterIP } = made.spec as { readonly clusterIP: string };
    assert.match(clusterIP, /^10\.\d+\.\d+\.\d+$/);
    assert.deepEqual(made.spec, {
      ports: [{ protocol: 'TCP', port: 80, targetPort: 80 }],
      selector: { app: 'web' },
      clusterIP,
      clusterIPs: [clusterIP],
      type: 'ClusterIP',
      sessionAffinity: 'None',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
    });
    assert.deepEqual(made.status, { loadBalancer: {} });
  });

  it('sets the defaults of a headless Service, a NodePort and a LoadBalancer', async () => {
    const path = services(await member.namespace());
    const typed = (name: string, more: object): object => {
      const base = service(name, [{ port: 80 }]) as { readonly spec: object };
      return { ...base, spec: { ...base.spec, ...more } };
    };
    const headless = ok(await member.create(path, typed('headless', { clusterIP: 'None' })));
    assert.deepEqual(at(headless, 'spec.clusterIPs'), ['None']);
    const node = ok(await member.create(path, typed('node', { type: 'NodePort' })));
    assert.ok(Number(at(node, 'spec.ports.0.nodePort')) >= 30_000);
    assert.equal(at(node, 'spec.externalTrafficPolicy'), 'Cluster');
    const balancer = ok(await member.create(path, typed('balancer', { type: 'LoadBalancer' })));
    assert.equal(at(balancer, 'spec.allocateLoadBalancerNodePorts'), true);
    const outside = { type: 'ExternalName', externalName: 'example.com', selector: undefined };
    const external = ok(await member.create(path, typed('external', outside)));
    assert.equal(at(external, 'spec.clusterIP'), undefined);
  });

  it('sets the defaults of a StatefulSet and a DaemonSet', async () => {
    const namespace = await member.namespace();
    const base = deployment('web') as { readonly spec: object };
    const { replicas: _, ...spec } = base.spec as Record<string, unknown>;
    const set = { ...base, kind: 'StatefulSet', spec: { ...spec, serviceName: 'web' } };
    const collection = `/apis/apps/v1/namespaces/${namespace}`;
    const made = ok(await member.create(`${collection}/statefulsets`, set));
    const { template: _1, selector: _2, ...rest } = made.spec as Record<string, unknown>;
    assert.deepEqual(rest, {
      replicas: 1,
      serviceName: 'web',
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable: 1 } },
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    });
    const daemon = ok(
      await member.create(`${collection}/daemonsets`, { ...base, kind: 'DaemonSet', spec }),
    );
    const { template: _3, selector: _4, ...other } = daemon.spec as Record<string, unknown>;
    assert.deepEqual(other, {
      updateStrategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: 1, maxSurge: 0 },
      },
      revisionHistoryLimit: 10,
    });
  });

  it('sets the defaults of a Job and a CronJob', async () => {
    const namespace = await member.namespace();
    const template = { spec: { containers: [{ name: 'main', image }], restartPolicy: 'Never' } };
    const collection = `/apis/batch/v1/namespaces/${namespace}`;
    const head = { apiVersion: 'batch/v1', metadata: { name: 'work' } };
    const job = { ...head, kind: 'Job', spec: { template } };
    const made = ok(await member.create(`${collection}/jobs`, job));
    const { template: pods, selector, ...rest } = made.spec as Record<string, unknown>;
    assert.deepEqual(rest, {
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      manualSelector: false,
      podReplacementPolicy: 'TerminatingOrFailed',
    });
    const uid = at(made, 'metadata.uid');
    assert.deepEqual(selector, { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } });
    assert.equal(at(pods, 'metadata.labels', 'batch.kubernetes.io/job-name'), 'work');
    const cron = {
      ...head,
      kind: 'CronJob',
      spec: { schedule: '* * * * *', jobTemplate: { spec: { template } } },
    };
    const timed = ok(await member.create(`${collection}/cronjobs`, cron));
    const { jobTemplate: _, ...own } = timed.spec as Record<string, unknown>;
    assert.deepEqual(own, {
      schedule: '* * * * *',
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
  });

  it('sets the defaults of a Secret and encodes its stringData', async () => {
    const namespace = await member.namespace();
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'keys' },
      stringData: { a: 'hello' },
      data: { b: 'aGVsbG8=' },
    };
    const made = ok(await member.create(`/api/v1/namespaces/${namespace}/secrets`, secret));
    assert.equal(made.type, 'Opaque');
    assert.deepEqual(made.data, { a: 'aGVsbG8=', b: 'aGVsbG8=' });
    assert.equal(made.stringData, undefined);
  });

  it('sets the defaults of a namespace', async () => {
    const name = await member.namespace();
    const made = ok(await member.get(`/api/v1/namespaces/${name}`));
    assert.deepEqual(made.spec, { finalizers: ['kubernetes'] });
    assert.deepEqual(made.status, { phase: 'Active' });
    assert.equal(at(made, 'metadata.labels', 'kubernetes.io/metadata.name'), name);
  });

  it('sets the defaults of role bindings and autoscalers', async () => {
    const namespace = await member.namespace();
    const rbac = 'rbac.authorization.k8s.io';
    const binding = {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'b' },
      roleRef: { kind: 'Role', name: 'r' },
      subjects: [
        { kind: 'ServiceAccount', name: 'robot' },
        { kind: 'User', name: 'ann' },
      ],
    };
    const bound = ok(
      await member.create(`/apis/${rbac}/v1/namespaces/${namespace}/rolebindings`, binding),
    );
    assert.deepEqual(bound.roleRef, { apiGroup: rbac, kind: 'Role', name: 'r' });
    assert.deepEqual(at(bound, 'subjects.1'), { apiGroup: rbac, kind: 'User', name: 'ann' });
    const scaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web' },
      spec: {
        maxReplicas: 3,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      },
    };
    const path = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`;
    const made = ok(await member.create(path, scaler));
    assert.equal(at(made, 'spec.minReplicas'), 1);
    assert.equal(at(made, 'spec.metrics.0.resource.target.averageUtilization'), 80);
  });
});
