import { generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The programs, the temporary folder and the shared files of one bed. */
export interface BedPlace {
  readonly assets: string;
  readonly folder: string;
  readonly etcd: string;
  /** Path of the private key that signs ServiceAccount tokens. */
  readonly serviceAccountKey: string;
  /** Path of the API servers' token file. */
  readonly tokenFile: string;
  readonly tokens: Tokens;
  /** Variables of the servers beside those of this process. */
  readonly env: Readonly<Record<string, string>>;
}

type Tokens = Readonly<Record<keyof typeof identities, string>>;

/** User and groups, by role. */
const identities = {
  admin: 'admin,admin,system:masters',
  controllers: 'system:kube-controller-manager,kcm',
  scheduler: 'system:kube-scheduler,scheduler',
  kwok: 'kwok,kwok,system:masters',
};

/** @param seed - folder of `makeSeeds`; undefined if the servers start without data */
export function makePlace(
  { assets, etcd, env }: Pick<BedPlace, 'assets' | 'etcd' | 'env'>,
  seed: string | undefined,
): BedPlace {
  // Uses a file system in memory if there is one, so that etcd writes nothing to the disk.
  const root = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  sweep(root);
  const folder = mkdtempSync(join(root, `regatta-bed-${process.pid}-`));
  const tokens = makeTokens();
  const tokenFile = join(folder, 'tokens.csv');
  const lines = (Object.keys(identities) as (keyof Tokens)[]).map(
    (part) => `${tokens[part]},${identities[part]}\n`,
  );
  writeFileSync(tokenFile, lines.join(''), { mode: 0o600 });
  const serviceAccountKey = join(folder, 'sa.key');
  if (seed === undefined) writeFileSync(serviceAccountKey, makeKey(), { mode: 0o600 });
  else cpSync(seed, folder, { recursive: true });
  mkdirSync(join(folder, 'logs'));
  return { assets, folder, etcd, serviceAccountKey, tokenFile, tokens, env };
}

/** Returns the folder of a member's certificates and kubeconfigs. @param index - position among the bed's members, from 0 */
export function memberFolder(folder: string, index: number): string {
  return join(folder, `member-${index}`);
}

/** Removes the folders of beds whose process was killed before it could remove them. */
function sweep(root: string): void {
  for (const name of readdirSync(root)) {
    const pid = name.match(/^regatta-bed-(\d+)-/)?.[1];
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(join(root, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

function makeTokens(): Tokens {
  const token = (): string => randomBytes(16).toString('hex');
  return { admin: token(), controllers: token(), scheduler: token(), kwok: token() };
}

function makeKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return privateKey.export({ type: 'sec1', format: 'pem' }).toString();
}
