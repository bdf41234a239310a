import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from './programs.ts';
import type { FleetOptions, TestFleet } from './test-fleet.ts';

/** True when the member clusters of this run are real kube-apiservers. */
export const isReal: boolean = process.env.REGATTA_TEST_FLEET === 'real';

/** Starts a fleet. @throws Error that names the command to run when programs are missing */
export async function startFleet(options: FleetOptions): Promise<TestFleet> {
  const fleet = process.env.REGATTA_TEST_FLEET ?? 'sandbox';
  if (fleet === 'real') return startRealFleet(options);
  if (fleet !== 'sandbox')
    throw new Error(`REGATTA_TEST_FLEET is neither real nor sandbox: ${fleet}`);
  return startSandboxFleet(options);
}

async function startRealFleet(options: FleetOptions): Promise<TestFleet> {
  const [{ startBed }, { seedIn, thrifty }] = await Promise.all([
    import('./bed/bed.ts'),
    import('./bed/seed.ts'),
  ]);
  const seeds = process.env.REGATTA_TEST_SEEDS;
  const seed = seeds && seedIn(seeds, options.controllers ?? false);
  return startBed({ ...options, env: thrifty, seed });
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
