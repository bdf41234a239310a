import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Programs of which a folder here has the go.mod that names their version. */
export const tools = ['actionlint', 'kustomize', 'registry', 'sops'] as const;

/**
 * Path of a program that Go has built, or builds now, in its cache: SOPS, with the libraries of
 * three clouds, in about five minutes on two cores.
 *
 * @throws Error where there is no Go
 */
export function buildTool(name: (typeof tools)[number]): string {
  const env = { ...process.env, GOFLAGS: '-mod=readonly', CGO_ENABLED: '0' };
  // Others are at work meanwhile. Go tells on stderr what it fetches.
  return execFileSync('nice', ['-n', '10', 'go', 'tool', '-n', name], {
    cwd: join(import.meta.dirname, name),
    env,
    timeout: 1_200_000,
  })
    .toString()
    .trim();
}
