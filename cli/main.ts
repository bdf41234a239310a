/** The composition root: each command loads what it needs only when it is the one that runs. */
import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };

const program: Command = new Command('regatta')
  .description(packageJson.description)
  .version(packageJson.version)
  .showHelpAfterError();

await program.parseAsync();
