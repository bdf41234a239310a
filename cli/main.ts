/** The composition root: each command loads what it needs only when it is the one that runs. */

import { Command, CommanderError } from 'commander';
import { errorMessage } from '#model/error.ts';
import packageJson from '../package.json' with { type: 'json' };
import { agentCommand } from './commands/agent.ts';
import { blameCommand } from './commands/blame.ts';
import { compileCommand } from './commands/compile.ts';
import { diffCommand } from './commands/diff.ts';
import { driftCommand } from './commands/drift.ts';
import { explainCommand } from './commands/explain.ts';
import { importCommand } from './commands/import.ts';
import { initCommand } from './commands/init.ts';
import { lintCommand } from './commands/lint.ts';
import { lockCommand } from './commands/lock.ts';
import { sandboxCommand } from './commands/sandbox.ts';
import { statusCommand } from './commands/status.ts';
import { syncCommand } from './commands/sync.ts';

const program: Command = new Command('regatta')
  .description(packageJson.description)
  .version(packageJson.version)
  .showHelpAfterError('(regatta --help lists the commands and options)');

/** Commands that run; each is a file of its own in commands/. */
const commands: readonly Command[] = [
  agentCommand,
  blameCommand,
  compileCommand,
  diffCommand,
  driftCommand,
  explainCommand,
  importCommand,
  initCommand,
  lintCommand,
  lockCommand,
  sandboxCommand,
  statusCommand,
  syncCommand,
];

for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
for (const command of [program, ...program.commands]) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    console.error(`regatta: ${errorMessage(error)}`);
    if (process.env.REGATTA_DEBUG) console.error(error);
    process.exitCode = 1;
  }
}
