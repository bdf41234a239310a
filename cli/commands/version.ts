import { Command } from 'commander';
import { istioVersion } from '#model/istio-engine.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { type OutputFormat, outputOption } from '../options/shared.ts';
import { printData, printLines } from '../print/output.ts';

export const command: Command = new Command('version')
  .summary(
    'print the version of Regatta; JSON also contains the versions of Istio, Node and the platform',
  )
  .addOption(outputOption('output format'))
  .action(({ output }: { readonly output: OutputFormat }) => {
    const { version } = packageJson;
    const { platform, arch } = process;
    if (output !== 'text')
      printData(
        { version, istio: istioVersion, node: process.versions.node, platform, arch },
        output,
      );
    else printLines([version]);
  });
