import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient } from '#test/api/client.ts';
import { until } from '#test/until.ts';
import { type KubeconfigContext, writeKubeconfig } from './kubeconfig.ts';
import { type BedPlace, memberFolder } from './place.ts';
import { ServerProcess } from './server-process.ts';

/** Member runs one kube-apiserver of a bed, and the controllers that connect to it. */
export class Member {
  readonly name: string;
  readonly apiserver: ServerProcess;
  readonly controllers: readonly ServerProcess[];
  readonly #place: BedPlace;
  readonly #index: number;
  readonly #port: number;

  /** @param index - position among the bed's members, from 0: separates their address ranges and their keys in etcd */
  constructor(place: BedPlace, name: string, index: number, port: number) {
    this.name = name;
    this.#place = place;
    this.#index = index;
    this.#port = port;
    this.apiserver = this.#server('kube-apiserver', this.#apiserverArgs());
    this.controllers = [
      this.#server('kube-controller-manager', this.#controllerArgs()),
      this.#server('kube-scheduler', [
        ...this.#against('scheduler'),
        '--leader-elect=false',
        '--secure-port=0',
      ]),
      this.#server('kwok', this.#kwokArgs()),
    ];
  }

  /** Available after the API server has started, because it generates its own certificates. */
  get context(): KubeconfigContext {
    return this.#contextOf(this.#place.tokens.admin);
  }

  async startApiserver(): Promise<void> {
    this.apiserver.start();
    // All probes use one connection, because each new one costs the server a signature.
    let client: ApiClient | undefined;
    const isReady = async (): Promise<boolean> => {
      this.apiserver.expectRunning();
      try {
        client ??= new ApiClient(this.context);
        return (await client.call({ path: '/readyz' })).status === 200;
      } catch {
        return false;
      }
    };
    await until(`${this.name} to be ready`, isReady, 120_000).finally(() => client?.close());
  }

  /** Resolves when pods can run on the fake nodes. @param nodes - number of fake nodes */
  async startControllers(nodes: number): Promise<void> {
    const { controllers, scheduler, kwok } = this.#place.tokens;
    writeKubeconfig(this.#file('controllers.kubeconfig'), [this.#contextOf(controllers)]);
    writeKubeconfig(this.#file('scheduler.kubeconfig'), [this.#contextOf(scheduler)]);
    writeKubeconfig(this.#file('kwok.kubeconfig'), [this.#contextOf(kwok)]);
    const client = new ApiClient(this.context);
    for (let number = 1; number <= nodes; number++) await createNode(client, number, this.name);
    for (const server of this.controllers) server.start();
    await until(`${this.name} to run pods`, () => this.#runsPods(client, nodes), 60_000);
    client.close();
  }

  async #runsPods(client: ApiClient, nodes: number): Promise<boolean> {
    for (const server of this.controllers) server.expectRunning();
    const list = (await client.call({ path: '/api/v1/nodes' })).body as NodeList;
    const ready = list.items.filter(({ status }) =>
      status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    );
    const account = '/api/v1/namespaces/default/serviceaccounts/default';
    return ready.length === nodes && (await client.call({ path: account })).status === 200;
  }

  #contextOf(token: string): KubeconfigContext {
    const ca = readFileSync(this.#file('apiserver.crt'), 'utf8');
    return { name: this.name, server: `https://127.0.0.1:${this.#port}`, ca, token };
  }

  #server(program: string, args: readonly string[]): ServerProcess {
    const { assets, env, folder } = this.#place;
    const log = join(folder, 'logs', `${this.name}-${program}.log`);
    return new ServerProcess({ program: join(assets, program), args, log, env });
  }

  #file(name: string): string {
    return join(memberFolder(this.#place.folder, this.#index), name);
  }

  #against(part: string): readonly string[] {
    return [`--kubeconfig=${this.#file(`${part}.kubeconfig`)}`];
  }

  #apiserverArgs(): readonly string[] {
    const { etcd, serviceAccountKey, tokenFile } = this.#place;
    return [
      `--etcd-servers=${etcd}`,
      `--etcd-prefix=/${this.#index}`,
      '--etcd-compaction-interval=0',
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${this.#port}`,
      `--cert-dir=${this.#file('')}`,
      '--endpoint-reconciler-type=none',
      `--service-cluster-ip-range=10.${96 + this.#index}.0.0/16`,
      `--token-auth-file=${tokenFile}`,
      '--authorization-mode=RBAC',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${serviceAccountKey}`,
      `--service-account-signing-key-file=${serviceAccountKey}`,
      '--allow-privileged',
      '--profiling=false',
    ];
  }

  #controllerArgs(): readonly string[] {
    return [
      ...this.#against('controllers'),
      '--leader-elect=false',
      '--secure-port=0',
      '--controllers=*,-node-ipam-controller',
      '--use-service-account-credentials',
      `--service-account-private-key-file=${this.#place.serviceAccountKey}`,
      `--root-ca-file=${this.#file('apiserver.crt')}`,
      '--kube-api-qps=200',
      '--kube-api-burst=400',
      '--profiling=false',
    ];
  }

  #kwokArgs(): readonly string[] {
    return [
      ...this.#against('kwok'),
      `--config=${join(this.#place.assets, 'kwok-stages.yaml')}`,
      '--manage-all-nodes',
      `--cidr=10.${196 + this.#index}.0.0/16`,
      '--node-ip=127.0.0.1',
      '--node-lease-duration-seconds=40',
    ];
  }
}

interface NodeList {
  readonly items: readonly {
    readonly status: {
      readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    };
  }[];
}

async function createNode(client: ApiClient, number: number, member: string): Promise<void> {
  const name = `node${number}`;
  const labels = {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'topology.kubernetes.io/region': member,
    'topology.kubernetes.io/zone': `zone${number}`,
  };
  const body = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } };
  const { status } = await client.call({ method: 'POST', path: '/api/v1/nodes', body });
  if (status !== 201) throw new Error(`${member} answered ${status} to the creation of ${name}`);
}
