import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ok } from '#test/api/reading.ts';
import { useMember } from './member.ts';
import { configMap, configMaps, deployment, deployments, service, services } from './objects.ts';
import { fails, match, prints, succeeded } from './printed.ts';

/** Runs the commands of users: a stock kubectl must work with the sandbox as with a real cluster. */
describe('kubectl', () => {
  const member = useMember({ controllers: true });

  it('lists versions and kinds with kubectl', async () => {
    match(await member.kubectl(['version']), /^Server Version: v1\.\d+/m);
    const resources = succeeded(await member.kubectl(['api-resources', '--no-headers']));
    for (const line of [
      /^configmaps +cm +v1 +true +ConfigMap$/m,
      /^deployments +deploy +apps\/v1 +true +Deployment$/m,
      /^customresourcedefinitions +crd,crds +apiextensions.k8s.io\/v1 +false +CustomResourceDefinition$/m,
    ]) {
      assert.match(resources, line);
    }
    match(await member.kubectl(['api-versions']), /^apps\/v1$/m);
    match(
      await member.kubectl(['explain', 'deployment.spec.replicas']),
      /FIELD: replicas <integer>/,
    );
    match(await member.kubectl(['auth', 'can-i', 'create', 'pods']), /^yes$/m);
    match(await member.kubectl(['cluster-info']), /is running at/);
  });

  it('creates, reads, updates and deletes objects with kubectl', async () => {
    const namespace = await member.namespace();
    const run = (...args: readonly string[]) => member.kubectl(args, { namespace });
    prints(
      await run('create', 'configmap', 'conf', '--from-literal=a=1'),
      'configmap/conf created',
    );
    prints(await run('get', 'cm', 'conf', '-o', 'jsonpath={.data}'), '{"a":"1"}');
    prints(await run('get', 'cm', '-l', 'none=x', '-o', 'name'), '');
    prints(await run('label', 'cm', 'conf', 'tier=web'), 'configmap/conf labeled');
    prints(await run('annotate', 'cm', 'conf', 'note=x'), 'configmap/conf annotated');
    prints(await run('get', 'cm', '-l', 'tier=web', '-o', 'name'), 'configmap/conf');
    match(await run('get', 'cm', 'conf', '-o', 'yaml'), /^ {4}note: x$/m);
    match(await run('describe', 'cm', 'conf'), /^Annotations: +note: x$/m);
    for (const [type, patch] of [
      ['strategic', { data: { b: '2' } }],
      ['merge', { data: { c: '3' } }],
      ['json', [{ op: 'add', path: '/data/d', value: '4' }]],
    ] as const) {
      const args = ['patch', 'cm', 'conf', '--type', type, '--patch', JSON.stringify(patch)];
      prints(await run(...args), 'configmap/conf patched');
    }
    const live = ok(await member.get(`${configMaps(namespace)}/conf`));
    assert.deepEqual(live.data, { a: '1', b: '2', c: '3', d: '4' });
    prints(
      await run('delete', 'cm', 'conf'),
      `configmap "conf" deleted from ${namespace} namespace`,
    );
    fails(
      await run('get', 'cm', 'conf'),
      /^Error from server \(NotFound\): configmaps "conf" not found$/m,
    );
  });

  it('removes fields that left the manifest with client-side kubectl apply', async () => {
    const namespace = await member.namespace();
    const apply = (input: object, ...more: readonly string[]) =>
      member.kubectl(['apply', '-f', '-', ...more], { namespace, input });
    prints(await apply(configMap('conf', { a: '1', b: '2' })), 'configmap/conf created');
    prints(await apply(configMap('conf', { a: '1', b: '2' })), 'configmap/conf unchanged');
    prints(await apply(configMap('conf', { a: '3' })), 'configmap/conf configured');
    const live = ok(await member.get(`${configMaps(namespace)}/conf`));
    assert.deepEqual(live.data, { a: '3' });
    const dry = await apply(configMap('conf', { a: '4' }), '--dry-run=server');
    prints(dry, 'configmap/conf configured (server dry run)');
  });

  it('applies on the server with kubectl and names the owner of a conflicting field', async () => {
    const namespace = await member.namespace();
    const apply = (data: Readonly<Record<string, string>>, manager: string, ...more: string[]) =>
      member.kubectl(['apply', '--server-side', '--field-manager', manager, '-f', '-', ...more], {
        namespace,
        input: configMap('conf', data),
      });
    prints(await apply({ a: '1' }, 'one'), 'configmap/conf serverside-applied');
    const refused = await apply({ a: '2' }, 'two');
    fails(refused, /conflict with "one": \.data\.a/);
    prints(
      await apply({ a: '2' }, 'two', '--force-conflicts'),
      'configmap/conf serverside-applied',
    );
  });

  it('shows the changes of an apply with kubectl diff', async () => {
    const namespace = await member.namespace();
    ok(await member.create(configMaps(namespace), configMap('conf', { a: '1' })));
    const diff = (...more: readonly string[]) =>
      member.kubectl(['diff', '-f', '-', ...more], {
        namespace,
        input: configMap('conf', { a: '2' }),
      });
    for (const printed of [await diff(), await diff('--server-side', '--force-conflicts')]) {
      assert.equal(printed.status, 1);
      assert.match(printed.out, /^-\s+a: "1"$/m);
      assert.match(printed.out, /^\+\s+a: "2"$/m);
    }
  });

  it('updates an object with kubectl edit', async () => {
    const namespace = await member.namespace();
    ok(await member.create(configMaps(namespace), configMap('conf', { a: 'old' })));
    const env = { KUBE_EDITOR: 'sed -i s/old/new/' };
    prints(
      await member.kubectl(['edit', 'cm', 'conf'], { namespace, env }),
      'configmap/conf edited',
    );
    const live = ok(await member.get(`${configMaps(namespace)}/conf`));
    assert.deepEqual(live.data, { a: 'new' });
  });

  it('rolls out, waits, scales and restarts with kubectl', async () => {
    const namespace = await member.namespace();
    const run = (...args: readonly string[]) => member.kubectl(args, { namespace });
    ok(await member.create(deployments(namespace), deployment('web')));
    const wait = ['wait', '--for=condition=Available', 'deployment/web', '--timeout=60s'];
    prints(await run(...wait), 'deployment.apps/web condition met');
    match(
      await run('rollout', 'status', 'deployment/web', '--timeout=60s'),
      /successfully rolled out/,
    );
    match(
      await run('get', 'deployment'),
      /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +1\/1 +1 +1 +\d+s$/m,
    );
    match(
      await run('get', 'deploy', '-o', 'wide'),
      /CONTAINERS +IMAGES +SELECTOR\nweb .* main +registry.example\/web:1.0 +app=web$/m,
    );
    match(await run('get', 'rs'), /^NAME +DESIRED +CURRENT +READY +AGE\nweb-\w+ +1 +1 +1 +\d+s$/m);
    match(
      await run('get', 'pods'),
      /^NAME +READY +STATUS +RESTARTS +AGE\nweb-\w+-\w+ +1\/1 +Running +0 +\d+s$/m,
    );
    prints(await run('scale', 'deployment/web', '--replicas=2'), 'deployment.apps/web scaled');
    prints(
      await run('wait', '--for=jsonpath={.status.readyReplicas}=2', 'deploy/web', '--timeout=60s'),
      'deployment.apps/web condition met',
    );
    prints(
      await run('set', 'image', 'deploy/web', 'main=registry.example/web:2.0'),
      'deployment.apps/web image updated',
    );
    prints(await run('rollout', 'restart', 'deploy/web'), 'deployment.apps/web restarted');
    match(
      await run('rollout', 'status', 'deployment/web', '--timeout=60s'),
      /successfully rolled out/,
    );
    match(await run('describe', 'deployment', 'web'), /^ +Image: +registry.example\/web:2.0$/m);
    match(await run('rollout', 'history', 'deploy/web'), /^REVISION +CHANGE-CAUSE$/m);
    match(
      await run('rollout', 'undo', 'deploy/web', '--to-revision=1'),
      /deployment.apps\/web rolled back/,
    );
    match(await run('get', 'all'), /^deployment.apps\/web /m);
    match(
      await run('delete', 'deployment', 'web', '--cascade=foreground', '--timeout=60s'),
      /"web" deleted/,
    );
    prints(await run('get', 'pods', '-o', 'name'), '');
  });

  it('keeps dependents with kubectl delete --cascade=orphan', async () => {
    const namespace = await member.namespace();
    const run = (...args: readonly string[]) => member.kubectl(args, { namespace });
    ok(await member.create(deployments(namespace), deployment('web')));
    match(await run('wait', '--for=condition=Available', 'deploy/web', '--timeout=60s'), /met/);
    match(await run('delete', 'deployment', 'web', '--cascade=orphan'), /"web" deleted/);
    match(await run('get', 'rs', '-o', 'name'), /^replicaset.apps\/web-/);
  });

  it('prints the columns of built-in kinds with kubectl get', async () => {
    const namespace = await member.namespace();
    const port = { port: 80, targetPort: 8080 };
    ok(await member.create(services(namespace), service('web', [port])));
    const run = (...args: readonly string[]) => member.kubectl(args, { namespace });
    match(
      await run('get', 'service'),
      /^NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE\nweb +ClusterIP +[\d.]+ +<none> +80\/TCP +\d+s$/m,
    );
    match(await run('get', 'namespace', namespace), /^NAME +STATUS +AGE\n\S+ +Active +\d+s$/m);
    match(
      await run('get', 'service,configmap', '-o', 'name'),
      /^service\/web\nconfigmap\/kube-root-ca.crt$/m,
    );
    match(await run('get', 'service', '-A', '-o', 'custom-columns=N:.metadata.name'), /^web$/m);
    match(await run('get', 'svc', 'web', '-o', 'json'), /"clusterIP"/);
  });

  it('watches objects with kubectl get --watch', async () => {
    const namespace = await member.namespace();
    const watching = member.kubectl(
      ['get', 'cm', '--watch', '--output-watch-events', '--request-timeout=3s', '-o', 'name'],
      { namespace },
    );
    await new Promise((resolve) => setTimeout(resolve, 1000));
    ok(await member.create(configMaps(namespace), configMap('conf', {})));
    assert.match((await watching).out, /configmap\/conf/);
  });

  it('prunes objects with kubectl apply --applyset', async () => {
    const namespace = await member.namespace();
    const env = { KUBECTL_APPLYSET: 'true' };
    const apply = (...names: readonly string[]) => {
      const items = names.map((name) => configMap(name, {}));
      const args = ['apply', '--server-side', '--prune', '--applyset=configmaps/set', '-f', '-'];
      return member.kubectl(args, {
        ...{ namespace, env },
        input: { apiVersion: 'v1', kind: 'List', items },
      });
    };
    match(await apply('a', 'b'), /configmap\/b serverside-applied/);
    match(await apply('a'), /configmap\/b pruned/);
    const { out } = await member.kubectl(['get', 'cm', '-o', 'name'], { namespace });
    assert.doesNotMatch(out, /configmap\/b$/m);
  });

  it('prints the validation errors of the API server with kubectl', async () => {
    const namespace = await member.namespace();
    const apply = (input: object) => member.kubectl(['apply', '-f', '-'], { namespace, input });
    const unknown = deployment('web', { replica: 1 });
    fails(await apply(unknown), /strict decoding error: unknown field "spec\.replica"/);
    const wrong = deployment('web', { selector: { matchLabels: { app: 'other' } } });
    fails(await apply(wrong), /`selector` does not match template `labels`/);
    fails(await apply({ ...configMap('x', {}), kind: 'Confmap' }), /no matches for kind "Confmap"/);
    fails(
      await member.kubectl(['get', 'nothing']),
      /the server doesn't have a resource type "nothing"/,
    );
    const elsewhere = await member.kubectl(['create', 'cm', 'x'], { namespace: 'nowhere' });
    fails(elsewhere, /namespaces "nowhere" not found/);
  });

  it('deletes a namespace and its objects with kubectl', async () => {
    const namespace = await member.namespace();
    ok(await member.create(configMaps(namespace), configMap('conf', {})));
    const deleted = await member.kubectl(['delete', 'namespace', namespace, '--timeout=60s']);
    match(deleted, new RegExp(`namespace "${namespace}" deleted`));
    assert.equal((await member.get(`/api/v1/namespaces/${namespace}`)).status, 404);
  });
});
