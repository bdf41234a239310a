/** The program and the folder that the hook runs. */
export interface HookedCommand {
  /** Path of the Node that runs the copy of Regatta. */
  readonly node: string;
  /** Path of the fleet repository below the root of the work tree: '' or `fleet/`. */
  readonly prefix: string;
}

/** Path of the copy's launcher in the Git directory that all work trees share. */
const launcher = 'regatta/bin/regatta.mjs';

const mark = '# Written by regatta hook install';

/** Reports whether a text is a hook that `preCommitScript` made. */
export function isOwnHook(text: string): boolean {
  return text.startsWith(`#!/bin/sh\n${mark}`);
}

/**
 * Returns the pre-commit hook. git runs it at the root of the work tree and may name another index in
 * GIT_INDEX_FILE, so that the script itself runs git, and Regatta's git commands, which drop that variable, take
 * no part. The script calls no other program by name: git puts its own folder first in PATH, but no other one.
 */
export function preCommitScript({ node, prefix }: HookedCommand): string {
  const names = (paths: readonly string[]) =>
    paths.map((path) => quoted(`${prefix}${path}`)).join(' ');
  const sources = names(['clusters', 'templates', 'policies', 'regatta.yaml', 'regatta.lock']);
  const same = '--no-ext-diff --no-textconv';
  return `#!/bin/sh
${mark}, which overwrites it.
# Compiles before each commit that changes a source, and adds the output to the commit. It runs the copy of
# Regatta in the Git directory, and nothing of the work tree, which belongs to the branch that is checked out.
set -eu
unset NODE_OPTIONS NODE_PATH NODE_REPL_EXTERNAL_MODULE npm_lifecycle_event
node=${quoted(node)}
regatta=$(git rev-parse --git-common-dir)/${launcher}

set -- ${sources}
if git --literal-pathspecs diff --cached --quiet ${same} -- "$@"; then exit 0; fi

# Compile reads the files of the work tree, so that these must equal those of the commit.
unstaged=$(git --literal-pathspecs diff --name-only ${same} -- "$@"; git --literal-pathspecs ls-files --others --exclude-standard -- "$@")
if [ -n "$unstaged" ]; then
  echo 'pre-commit: these sources are not in the commit; add or stash them, then commit again:' >&2
  printf '%s\\n' "$unstaged" >&2
  exit 1
fi

if [ ! -x "$node" ] || [ ! -f "$regatta" ]; then
  echo 'pre-commit: Regatta or its Node is missing; run regatta hook install again' >&2
  exit 1
fi
"$node" "$regatta" compile ${quoted(prefix === '' ? '.' : `./${prefix}`)}
git --literal-pathspecs add --all -- ${names(['bindings', 'rendered'])}
`;
}

/** Quotes a word for the shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
