/**
 * TestFleet has the member clusters of a suite that runs twice: on the sandbox (`npm test`) and on
 * real kube-apiservers (`npm run test:cluster`, which sets REGATTA_TEST_FLEET=real).
 */
export interface TestFleet {
  /** Path of a kubeconfig with one context per member, named like the member. */
  readonly kubeconfig: string;
  readonly members: readonly string[];
  /** Path of the kubectl that the tests run. */
  readonly kubectl: string;
  /** Makes a member refuse connections; its data stays. */
  stop(member: string): Promise<void>;
  start(member: string): Promise<void>;
  /** Makes a member accept connections but not answer, until `resume`. */
  pause(member: string): Promise<void>;
  resume(member: string): Promise<void>;
  /**
   * Stops every server, calls `between` with the folder of etcd's data, and starts the servers
   * again. Only real servers without controllers can do this.
   */
  readonly restart?: (between: (data: string) => Promise<void>) => Promise<void>;
  close(): Promise<void>;
}

export interface FleetOptions {
  readonly members: readonly string[];
  /** Runs controllers: workloads become ready, dependents are collected and namespaces end. */
  readonly controllers?: boolean;
  /** Number of nodes of each member on real servers with controllers; 2 by default. */
  readonly nodes?: number;
}
