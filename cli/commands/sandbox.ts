import { Command } from 'commander';
import { printLines } from '../print/output.ts';

interface SandboxCommandOptions {
  readonly clusters: string;
  readonly kubeconfig: string;
  readonly crds: readonly string[];
}

export const command: Command = new Command('sandbox')
  .summary('run member clusters in this process, for demos and tests')
  .requiredOption('--clusters <names>', 'one cluster per name, separated by commas')
  .option('--kubeconfig <file>', 'path of the kubeconfig to write', 'sandbox.kubeconfig')
  .option('--crds <files...>', 'YAML files with CustomResourceDefinitions to install', [])
  .action(async (options: SandboxCommandOptions, command: Command) => {
    const names = options.clusters.split(',').map((name) => name.trim());
    const wrong = names.find((name) => !/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name));
    if (wrong !== undefined) usageError(command, `invalid cluster name ${JSON.stringify(wrong)}`);
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice !== undefined) usageError(command, `duplicate cluster name ${JSON.stringify(twice)}`);
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
  const stopped = untilStopped();
  const sandbox = await startSandbox({ clusters: names, crds: await readDefinitions(crds) });
  try {
    await writeKubeconfig(kubeconfig, sandbox.kubeconfig);
    printLines([
      ...[...sandbox.servers].map(([name, server]) => `${name}  ${server}`),
      `kubeconfig: ${kubeconfig} (kubectl --kubeconfig ${kubeconfig} get namespaces)`,
      'Press Ctrl+C to stop. All data is in memory.',
    ]);
    await stopped;
  } finally {
    await sandbox.close();
  }
}

async function untilStopped(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
