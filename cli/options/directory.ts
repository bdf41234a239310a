import type { Command } from 'commander';
import { errorMessage } from '#model/error.ts';

/**
 * Adds the option `-C` to the program. As in git, every command then works as if it had been started in that
 * directory, so that all other paths are relative to it.
 */
export function addDirectory(program: Command): Command {
  return program
    .option('-C, --dir <dir>', 'work as if started in this directory')
    .configureHelp({ showGlobalOptions: true })
    .hook('preAction', (_, running) => {
      const { dir } = program.opts<{ readonly dir?: string }>();
      if (dir !== undefined) enter(dir, running);
    });
}

function enter(directory: string, running: Command): void {
  try {
    process.chdir(directory);
  } catch (error) {
    running.error(`error: option '-C <dir>': ${errorMessage(error)}`);
  }
}
