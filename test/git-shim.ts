import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** How one git command fails. */
export interface GitFault {
  /** The command: `ls-tree`. */
  readonly command: string;
  /** How many bytes of its answer come. */
  readonly bytes: number;
  /** How it ends then: a signal's name, or an exit status. */
  readonly ending: 'KILL' | 'TERM' | number;
  /** What it still prints to standard error. */
  readonly stderr?: string;
}

/** A `git` for the PATH that runs the real one, notes what it is asked, and cuts answers. */
export class GitShim {
  /** The folder for the PATH. */
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

  /** A PATH on which this git comes first. */
  get path(): string {
    return `${this.folder}${delimiter}${process.env.PATH}`;
  }

  /** From now on, each run of this command fails so; none does without a fault. */
  async fail(fault?: GitFault): Promise<void> {
    const file = join(this.folder, 'fault');
    if (fault === undefined) return rm(file, { force: true });
    const { command, bytes, ending, stderr = '' } = fault;
    await writeFile(`${file}.new`, `${command}\n${bytes}\n${ending}\n${stderr}\n`);
    await rename(`${file}.new`, file);
  }

  /** The commands that were run since the last call. */
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
{ read -r faulty; read -r bytes; read -r ending; read -r stderr; } 2>/dev/null < '${folder}/fault'
[ "$command" = "$faulty" ] || exec '${real}' "$@"
answer='${folder}/answer.'$$
'${real}' "$@" > "$answer" 2>/dev/null
head -c "$bytes" "$answer"
rm -f "$answer"
[ -z "$stderr" ] || echo "$stderr" >&2
case "$ending" in KILL|TERM) kill -s "$ending" $$; sleep 10 ;; *) exit "$ending" ;; esac
`;
}
