/**
 * Member clusters for a suite that runs twice: on the sandbox (`npm test`) and on real
 * kube-apiservers (`npm run test:cluster`, which sets REGATTA_TEST_FLEET=real).
 */
export interface TestFleet {
  /** Path of a kubeconfig with one context per member, named as the member. */
  readonly kubeconfig: string;
  readonly members: readonly string[];
  /** Makes a member refuse connections; its data stays. */
  stop(member: string): Promise<void>;
  start(member: string): Promise<void>;
  close(): Promise<void>;
}

export interface FleetOptions {
  readonly members: readonly string[];
  /** On real servers: also controller-manager, scheduler and kwok nodes, so that workloads become ready. */
  readonly controllers?: boolean;
}

export async function startFleet(options: FleetOptions): Promise<TestFleet> {
  const { members } = options;
  throw new Error(`no fleet yet for ${members.join(', ')}`);
}
