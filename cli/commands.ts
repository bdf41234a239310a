import type { CommandLoaders } from './complete/answer.ts';

/** All commands by name. Each is loaded only when it runs. */
export const commands: CommandLoaders = {
  agent: () => import('./commands/agent.ts'),
  blame: () => import('./commands/blame.ts'),
  compile: () => import('./commands/compile.ts'),
  completion: () => import('./commands/completion.ts'),
  diff: () => import('./commands/diff.ts'),
  drift: () => import('./commands/drift.ts'),
  explain: () => import('./commands/explain.ts'),
  help: () => import('./commands/help.ts'),
  hook: () => import('./commands/hook.ts'),
  import: () => import('./commands/import.ts'),
  init: () => import('./commands/init.ts'),
  lint: () => import('./commands/lint.ts'),
  lock: () => import('./commands/lock.ts'),
  reconcile: () => import('./commands/reconcile.ts'),
  sandbox: () => import('./commands/sandbox.ts'),
  status: () => import('./commands/status.ts'),
  sync: () => import('./commands/sync.ts'),
  traffic: () => import('./commands/traffic.ts'),
  unjoin: () => import('./commands/unjoin.ts'),
  version: () => import('./commands/version.ts'),
  who: () => import('./commands/who.ts'),
};
