import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { outputOption } from '../options/shared.ts';
import { printJson, printLines } from '../print/output.ts';

/** Exit status: 0 printed, 2 usage. */
export const command: Command = new Command('version')
  .summary('print the version of Regatta, and in JSON also those of Node and of the platform')
  .addOption(outputOption('output format'))
  .action(({ output }: { readonly output: 'text' | 'json' }) => {
    const { version } = packageJson;
    const { platform, arch } = process;
    if (output === 'json') printJson({ version, node: process.versions.node, platform, arch });
    else printLines([version]);
  });
