import { Argument, Command } from 'commander';
import { printLines } from '../print/output.ts';

export const command: Command = new Command('hook')
  .summary('install a Git hook that compiles before each commit')
  .addArgument(new Argument('<action>', 'what to do with the hook').choices(['install']))
  .argument('[dir]', 'fleet repository in a clone', '.')
  .action(async (_action: 'install', given: string) => {
    const [{ nearestFleet }, { installHook }, { packageFolder }] = await Promise.all([
      import('#io/files/fleet-root.ts'),
      import('#io/git/hook.ts'),
      import('../fleet/package-folder.ts'),
    ]);
    const { signal } = new AbortController();
    const { hook, copy } = await installHook(nearestFleet(given), packageFolder(), signal);
    printLines([`${hook} compiles before each commit, with the copy of this Regatta in ${copy}`]);
  });
