import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../engines/kubernetes');

/** Modules with a file that does not compile to WebAssembly, and the replacement of the file. */
const replacements = [
  {
    module: 'go.etcd.io/etcd/client/pkg/v3@v3.7.0',
    copy: 'etcd',
    file: 'fileutil/lock_flock.go',
  },
  {
    module: 'github.com/coreos/go-systemd/v22@v22.7.0',
    copy: 'systemd',
    file: 'journal/journal_unix.go',
  },
];

/**
 * Copies the modules that engines/kubernetes/go.mod replaces into engines/kubernetes/modules, each
 * with one file of engines/kubernetes/replaced: Go replaces no single file of a downloaded module.
 *
 * @throws Error when a module cannot be downloaded
 */
export function copyKubernetesModules(): void {
  for (const { module, copy, file } of replacements) {
    const target = join(folder, 'modules', copy);
    rmSync(target, { recursive: true, force: true });
    mkdirSync(join(folder, 'modules'), { recursive: true });
    cpSync(download(module), target, { recursive: true });
    makeWritable(target);
    cpSync(join(folder, 'replaced', copy, file.replace(/.*\//, '')), join(target, file));
  }
}

/** Returns the folder of a module in the Go module cache, which Go verifies by the checksum database. */
function download(module: string): string {
  const { status, stdout, stderr, error } = spawnSync('go', ['mod', 'download', '-json', module], {
    cwd: tmpdir(),
    encoding: 'utf8',
    env: { ...process.env, GOFLAGS: '-modcacherw=false', GOWORK: 'off' },
  });
  if (status !== 0) throw new Error(`go mod download failed for ${module}: ${error ?? stderr}`);
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

/** Makes the copies writable, because files in the module cache are read-only. */
function makeWritable(path: string): void {
  chmodSync(path, 0o755);
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
}
