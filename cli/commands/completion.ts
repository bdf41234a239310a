import { Argument, Command } from 'commander';
import { completionScripts, type Shell, shells } from '../complete/scripts.ts';
import { printDocument } from '../print/output.ts';

const install = `
Install:
  bash        echo 'source <(regatta completion bash)' >> ~/.bashrc
  zsh         echo 'source <(regatta completion zsh)' >> ~/.zshrc, after compinit
  fish        regatta completion fish > ~/.config/fish/completions/regatta.fish
  powershell  regatta completion powershell >> $PROFILE`;

export const command: Command = new Command('completion')
  .summary('print a script that completes commands, options, clusters and objects in a shell')
  .addArgument(new Argument('<shell>', 'shell that runs the script').choices(shells))
  .addHelpText('after', install)
  .action((shell: Shell) => printDocument(completionScripts[shell]));
