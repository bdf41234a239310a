import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from './programs.ts';

/**
 * Member clusters for a suite that runs twice: on the sandbox (`npm test`) and on real
 * kube-apiservers (`npm run test:cluster`, which sets REGATTA_TEST_FLEET=real).
 */
export interface TestFleet {
  /** Path of a kubeconfig with one context per member, named as the member. */
  readonly kubeconfig: string;
  readonly members: readonly string[];
  /** The kubectl of these tests. */
  readonly kubectl: string;
  /** Makes a member refuse connections; its data stays. */
  stop(member: string): Promise<void>;
  start(member: string): Promise<void>;
  /** Makes a member accept connections without responses, until `resume`. */
  pause(member: string): Promise<void>;
  resume(member: string): Promise<void>;
  /**
   * Stops every server, has something done to the folder that has etcd's data, and starts them
   * again. Only real servers without controllers can do this.
   */
  readonly restart?: (between: (data: string) => Promise<void>) => Promise<void>;
  close(): Promise<void>;
}

/** Whether the fleets of this run are real kube-apiservers. */
export const isReal: boolean = process.env.REGATTA_TEST_FLEET === 'real';

export interface FleetOptions {
  readonly members: readonly string[];
  /** Whether workloads become ready, owners are collected and namespaces finalise. */
  readonly controllers?: boolean;
  /** Number of nodes of each member, on real servers with controllers. The default is 2. */
  readonly nodes?: number;
}

/** @throws Error that says what to run when the fleet's programs are missing */
export async function startFleet(options: FleetOptions): Promise<TestFleet> {
  const fleet = process.env.REGATTA_TEST_FLEET ?? 'sandbox';
  if (fleet === 'real') return (await import('./bed/bed.ts')).startBed(options);
  if (fleet !== 'sandbox')
    throw new Error(`REGATTA_TEST_FLEET is neither real nor sandbox: ${fleet}`);
  return startSandboxFleet(options);
}

async function startSandboxFleet(options: FleetOptions): Promise<TestFleet> {
  const { members, controllers = false } = options;
  const { startSandbox } = await import('@regatta/sandbox');
  const sandbox = await startSandbox({ clusters: members, controllers });
  const folder = await mkdtemp(join(tmpdir(), 'regatta-sandbox-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, sandbox.kubeconfig, { mode: 0o600 });
  return {
    kubeconfig,
    members,
    kubectl: program('kubectl'),
    stop: (member) => sandbox.stop(member),
    start: (member) => sandbox.start(member),
    pause: async (member) => sandbox.pause(member),
    resume: async (member) => sandbox.resume(member),
    close: async () => {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
