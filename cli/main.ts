/** The composition root. Each command loads its implementation only when it runs. */
import { Command, CommanderError } from 'commander';
import { errorMessage } from '#model/error.ts';
import packageJson from '../package.json' with { type: 'json' };
import { commands } from './commands.ts';
import { addDirectory } from './options/directory.ts';
import { exitOnCrash, printCrash, printDocument, printErrors } from './print/output.ts';
import { exitOfError } from './run/exit.ts';

exitOnCrash();

const program: Command = new Command('regatta')
  .description(packageJson.description)
  .version(packageJson.version)
  .configureOutput({ writeOut: printDocument, writeErr: (text) => printErrors(text.split('\n')) })
  .showHelpAfterError('(regatta --help lists the commands and options)');
addDirectory(program);

const [, , name = '', topic = ''] = process.argv;
if (name === '__complete') {
  const { answerCompletion } = await import('./complete/answer.ts');
  await answerCompletion(process.argv.slice(3), commands);
} else {
  await addCommands();
  await run();
}

/** Loads all commands only for help and for an unknown command. */
async function addCommands(): Promise<void> {
  const named = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const others = name === '--version' || name === '-V' ? [] : Object.values(commands);
  const explainsCode = name !== 'help' || topic.includes('/');
  const needed = named === undefined || !explainsCode ? others : [named];
  for (const { command } of await Promise.all(needed.map((load) => load()))) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  for (const command of [program, ...program.commands]) command.exitOverride();
}

async function run(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = exitOfError(error);
    if (!(error instanceof CommanderError)) {
      printErrors([`regatta: ${errorMessage(error)}`]);
      if (process.env.REGATTA_DEBUG) printCrash(error);
    }
  }
}
