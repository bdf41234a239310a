import { Command } from 'commander';

interface SandboxCommandOptions {
  readonly clusters: string;
  readonly kubeconfig: string;
  readonly crds: readonly string[];
}

/** Exit status: 0 stopped by a signal; 1 it could not start; 2 usage. */
export const sandboxCommand: Command = new Command('sandbox')
  .summary('run member clusters in this process, for demos and tests')
  .requiredOption('--clusters <names>', 'one cluster per name, separated by commas')
  .option('--kubeconfig <file>', 'where to write the kubeconfig', 'sandbox.kubeconfig')
  .option('--crds <files...>', 'YAML files of CustomResourceDefinitions to begin with', [])
  .action(async (options: SandboxCommandOptions, command: Command) => {
    const names = options.clusters.split(',').map((name) => name.trim());
    const wrong = names.find((name) => !/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name));
    if (wrong !== undefined) usageError(command, `${JSON.stringify(wrong)} is no cluster name`);
    if (new Set(names).size < names.length) usageError(command, 'cluster names repeat');
    await run(names, options);
  });

function usageError(command: Command, message: string): never {
  return command.error(`error: ${message}`, { exitCode: 2 });
}

async function run(
  names: readonly string[],
  { kubeconfig, crds }: SandboxCommandOptions,
): Promise<void> {
  const [{ startSandbox }, { writeKubeconfig }, { readDefinitions }] = await Promise.all([
    import('@regatta/sandbox'),
    import('@regatta/sandbox/kubeconfig-file'),
    import('@regatta/sandbox/definition-files'),
  ]);
  const sandbox = await startSandbox({ clusters: names, crds: await readDefinitions(crds) });
  try {
    await writeKubeconfig(kubeconfig, sandbox.kubeconfig);
    for (const [name, server] of sandbox.servers) console.log(`${name}  ${server}`);
    console.log(`kubeconfig: ${kubeconfig} (kubectl --kubeconfig ${kubeconfig} get namespaces)`);
    console.log('Runs until it is interrupted; nothing is kept.');
    await untilStopped();
  } finally {
    await sandbox.close();
  }
}

async function untilStopped(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
