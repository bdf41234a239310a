import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Programs whose version the go.mod in the folder of their name sets. */
export const tools = ['actionlint', 'kustomize', 'registry', 'sops'] as const;

/**
 * Returns the path of a program in Go's cache, and builds it first if necessary. The longest build
 * is that of SOPS, with about five minutes on two cores.
 *
 * @throws Error when Go is not installed
 */
export function buildTool(name: (typeof tools)[number]): string {
  const env = { ...process.env, GOFLAGS: '-mod=readonly', CGO_ENABLED: '0' };
  // Low priority, because other tests run meanwhile. Go prints its downloads to stderr.
  return execFileSync('nice', ['-n', '10', 'go', 'tool', '-n', name], {
    cwd: join(import.meta.dirname, name),
    env,
    timeout: 1_200_000,
  })
    .toString()
    .trim();
}

/**
 * Builds the Go program in a folder here, and returns its path. Go's cache makes later builds fast.
 *
 * @throws Error when Go is not installed
 */
export function buildProgram(name: 'reader'): string {
  const folder = join(tmpdir(), `regatta-go-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const program = join(folder, name);
  const env = { ...process.env, GOFLAGS: '-mod=readonly', CGO_ENABLED: '0' };
  execFileSync('nice', ['-n', '10', 'go', 'build', '-o', program, '.'], {
    cwd: join(import.meta.dirname, name),
    env,
    timeout: 1_200_000,
  });
  return program;
}
