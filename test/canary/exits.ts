/**
 * The registry of every way by which text leaves Regatta. test/faults/canary.test.ts places a canary in each kind
 * of secret and scans what each command prints in each format; test/docs/exits.test.ts fails if the code has a
 * command, a format or a file with a way out that is not listed.
 */

/** The commands of cli/commands.ts, with the formats of their `--output`; `text` for a command without the option. */
export const commandExits = {
  agent: ['text', 'json'],
  blame: ['text', 'json', 'yaml'],
  compile: ['text', 'json', 'yaml'],
  completion: ['text'],
  diff: ['text', 'markdown', 'json', 'yaml', 'html'],
  drift: ['text', 'json', 'yaml'],
  explain: ['text', 'json', 'yaml'],
  help: ['text'],
  hook: ['text'],
  import: ['text'],
  init: ['text'],
  lint: ['text', 'json', 'yaml', 'sarif', 'github', 'junit', 'gitlab'],
  lock: ['text', 'json', 'yaml'],
  reconcile: ['text', 'json', 'yaml'],
  sandbox: ['text'],
  status: ['text', 'wide', 'json', 'yaml'],
  sync: ['text', 'json'],
  traffic: ['text', 'json', 'mermaid', 'dot'],
  unjoin: ['text', 'json', 'yaml'],
  version: ['text', 'json', 'yaml'],
  who: ['text', 'json', 'yaml'],
} as const;

/** The options of `sync` that give it a way out, all of which test/cluster/running-canary.test.ts uses. */
export const syncExitOptions: readonly string[] = [
  '--commit-status',
  '--compile',
  '--listen',
  '--log-level',
  '--notify-url',
  '--output',
  '--probe-listen',
  '--state-dir',
  '--webhook-secret-file',
];

/** The other options of `sync`: what they name is read, or decides what the syncer does. */
export const syncInputOptions: readonly string[] = [
  '--age-key-file',
  '--allow-rewind',
  '--branch',
  '--cluster',
  '--compile-memory',
  '--compile-timeout',
  '--forge-api',
  '--forge-project',
  '--forge-token-file',
  '--git-ca-file',
  '--git-known-hosts-file',
  '--git-limit',
  '--git-ssh-key-file',
  '--git-token-file',
  '--git-user',
  '--kubeconfig',
  '--no-wait',
  '--notify-secret-file',
  '--once',
  '--path',
  '--poll',
  '--resync',
  '--take-over',
  '--timeout',
  '--verify',
  '--verify-keys',
];

/** What a syncer sends and writes besides its output. */
export type Channel =
  | 'log'
  | 'events of members'
  | 'objects of members'
  | 'commit statuses'
  | 'notifications'
  | 'traces'
  | 'probes'
  | 'caches';

/**
 * The files of the product that write, print, listen or send, with where their text ends up. `files` are those
 * that the user asked for, such as rendered directories and the clone, which hold what Git holds.
 */
export const exitFiles: Readonly<
  Record<string, Channel | 'output' | 'requests' | 'git' | 'files' | 'processes'>
> = {
  'cli/commands/lint.ts': 'output',
  'cli/print/compile.ts': 'output',
  'cli/print/output.ts': 'output',
  'cli/print/progress-thread.ts': 'output',
  'cli/print/progress.ts': 'output',
  'cli/run/compile-process.ts': 'processes',
  'cli/run/members-process.ts': 'processes',
  'cli/run/sync.ts': 'output',
  'io/cache/store.ts': 'caches',
  'io/checks/check-process.ts': 'processes',
  'io/checks/checker.ts': 'processes',
  'io/child/end-first.ts': 'processes',
  'io/child/limits.ts': 'processes',
  'io/child/process-tree.ts': 'processes',
  'io/child/worker-process.ts': 'processes',
  'io/fetch/blobs.ts': 'caches',
  'io/fetch/credential-helper.ts': 'processes',
  'io/fetch/file-list.ts': 'files',
  'io/fetch/http.ts': 'requests',
  'io/fetch/repository.ts': 'git',
  'io/files/files.ts': 'files',
  'io/files/replace.ts': 'files',
  'io/files/writing.ts': 'files',
  'io/git/borrowed-clone.ts': 'git',
  'io/git/check-out.ts': 'git',
  'io/git/clone.ts': 'git',
  'io/git/exact-bytes.ts': 'git',
  'io/git/hook.ts': 'files',
  'io/git/owned-state.ts': 'files',
  'io/git/process.ts': 'git',
  'io/git/signers.ts': 'files',

  'io/http/server.ts': 'probes',
  'io/kubeconfig/dispatcher.ts': 'requests',
  'io/kubeconfig/plugin-process.ts': 'processes',
  'io/kubernetes/cluster.ts': 'objects of members',
  'io/kubernetes/http.ts': 'objects of members',
  'io/log.ts': 'log',
  'io/notify/delivery-queue.ts': 'notifications',
  'io/sightings.ts': 'caches',
  'io/trace/traces.ts': 'traces',
  'syncer/lease/leased-port.ts': 'objects of members',
  'syncer/lease/ask-holder.ts': 'objects of members',
  'syncer/lease/lease-writer.ts': 'objects of members',
  'syncer/ports/cluster.ts': 'objects of members',
  'syncer/report/member-events.ts': 'events of members',
};

/** What code that writes, prints, listens or sends looks like. */
export const exitPattern: RegExp =
  /process\.(stdout|stderr|send)\b|console\.|from 'undici'|from 'node:(http|https|http2|tls|dgram|child_process)'|import \{(?! isIP).* from 'node:net'|createServer|writeFile|writeSync|appendFile|createWriteStream|from 'pino'|compareAndSwap\(|Exporter\(|\.(request|dispatch)\(\{/;
