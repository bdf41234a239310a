import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** How one git command fails. */
export interface GitFault {
  /** Name of the command, such as `ls-tree`. */
  readonly command: string;
  /** Number of bytes of its output that are passed on. */
  readonly bytes: number;
  /** The signal that ends the command, or its exit status. */
  readonly ending: 'KILL' | 'TERM' | number;
  /** Text that the command prints to standard error. */
  readonly stderr?: string;
  /** Whether commands that print no more than `bytes` succeed. */
  readonly onlyLarger?: boolean;
}

/** A `git` for the PATH that runs the real one, records the commands and truncates their output. */
export class GitShim {
  /** The folder to put on the PATH. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(directory: string): Promise<GitShim> {
    const shim = new GitShim(join(directory, 'git-shim'));
    await mkdir(shim.folder);
    const real = execFileSync('which', ['git'], { encoding: 'utf8' }).trim();
    await writeFile(join(shim.folder, 'git'), script(real, shim.folder), { mode: 0o755 });
    return shim;
  }

  /** Returns a PATH with this git first. */
  get path(): string {
    return `${this.folder}${delimiter}${process.env.PATH}`;
  }

  /** Makes each later run of the command fail; without a fault, commands succeed again. */
  async fail(fault?: GitFault): Promise<void> {
    const file = join(this.folder, 'fault');
    if (fault === undefined) return rm(file, { force: true });
    const { command, bytes, ending, stderr = '', onlyLarger = false } = fault;
    await writeFile(`${file}.new`, `${command}\n${bytes}\n${ending}\n${stderr}\n${onlyLarger}\n`);
    await rename(`${file}.new`, file);
  }

  /** Returns the commands that ran since the last call. */
  async commands(): Promise<readonly string[]> {
    const file = join(this.folder, 'log');
    const text = await readFile(file, 'utf8').catch(() => '');
    await rm(file, { force: true });
    return text.split('\n').filter((line) => line !== '');
  }
}

function script(real: string, folder: string): string {
  return `#!/bin/sh
command=; skip=
for word in "$@"; do
  if [ -n "$skip" ]; then skip=; continue; fi
  case "$word" in -c|-C) skip=1 ;; -*) ;; *) command=$word; break ;; esac
done
echo "$command" >> '${folder}/log'
{ read -r faulty; read -r bytes; read -r ending; read -r stderr; read -r larger; } 2>/dev/null < '${folder}/fault'
[ "$command" = "$faulty" ] || exec '${real}' "$@"
answer='${folder}/answer.'$$
'${real}' "$@" > "$answer" 2>/dev/null
if [ "$larger" = true ] && [ "$(wc -c < "$answer")" -le "$bytes" ]; then
  cat "$answer"; rm -f "$answer"; exit 0
fi
head -c "$bytes" "$answer"
rm -f "$answer"
[ -z "$stderr" ] || echo "$stderr" >&2
case "$ending" in KILL|TERM) kill -s "$ending" $$; sleep 10 ;; *) exit "$ending" ;; esac
`;
}
