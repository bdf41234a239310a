import { type HooksPath, unsetCommand } from '#io/git/checkout.ts';

/** Formats the warning that git runs hooks from a work tree, with the commands that change it. */
export function formatHooksInTree(set: HooksPath): readonly string[] {
  return [
    `warning: git runs hooks from the work tree, because core.hooksPath is ${JSON.stringify(set.value)}: a branch that you check out can run programs`,
    'run these commands in this clone:',
    `  ${unsetCommand(set.scope)}`,
    '  regatta hook install',
  ];
}
