import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { EngineName } from '#io/engine/call.ts';
import { type Edit, istioParts } from './istio-parts.ts';

const engines = join(import.meta.dirname, '../../engines');

/** A module, and the files that replace or extend those of its copy. */
interface Replacement {
  readonly module: string;
  /** Name of the copy below `modules`, and of the folder below `replaced` with the files. */
  readonly copy: string;
  readonly files: readonly string[];
  /** Files to remove, which need packages that the engine does not call. */
  readonly removed?: readonly string[];
  /** Texts to replace, by file. */
  readonly edits?: Readonly<Record<string, readonly Edit[]>>;
}

const replacements: { readonly [name in EngineName]?: readonly Replacement[] } = {
  kubernetes: [
    {
      module: 'go.etcd.io/etcd/client/pkg/v3@v3.7.0',
      copy: 'etcd',
      files: ['fileutil/lock_flock.go'],
    },
    {
      module: 'github.com/coreos/go-systemd/v22@v22.7.0',
      copy: 'systemd',
      files: ['journal/journal_unix.go'],
    },
  ],
  istio: [
    {
      module: 'istio.io/istio@v0.0.0-20260827124520-eed52ebb66ad',
      copy: 'istio',
      files: [
        'pkg/config/xds/filter_types.gen.go',
        'pkg/kube/client.go',
        'pilot/cmd/pilot-agent/status/dialer_others.go',
      ],
      ...istioParts,
    },
  ],
  kustomize: [
    {
      module: 'sigs.k8s.io/kustomize/api@v0.21.1',
      copy: 'kustomize',
      files: ['internal/target/multitransformer.go', 'resource/recording.go'],
    },
  ],
};

/**
 * Copies the modules that the go.mod of an engine replaces into its folder `modules`, each with the files of
 * its folder `replaced` without the files that `removed` names, and with the `edits`, because Go replaces whole modules only.
 *
 * @throws Error when a module cannot be downloaded
 */
export function copyReplacedModules(engine: EngineName): void {
  const folder = join(engines, engine);
  for (const { module, copy, files, removed = [], edits = {} } of replacements[engine] ?? []) {
    const target = join(folder, 'modules', copy);
    rmSync(target, { recursive: true, force: true });
    mkdirSync(join(folder, 'modules'), { recursive: true });
    cpSync(download(module), target, { recursive: true });
    makeWritable(target);
    for (const file of files) {
      cpSync(join(folder, 'replaced', copy, basename(file)), join(target, file));
    }
    for (const file of removed) rmSync(join(target, file));
    for (const [file, list] of Object.entries(edits)) editFile(join(target, file), list);
  }
}

/** @throws Error if a text does not occur exactly once */
function editFile(file: string, edits: readonly Edit[]): void {
  let text = readFileSync(file, 'utf8');
  for (const [from, to] of edits) {
    const [before, after, ...more] = text.split(from);
    if (after === undefined || more.length > 0) throw new Error(`${file} has not one ${from}`);
    text = `${before}${to}${after}`;
  }
  writeFileSync(file, text);
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
