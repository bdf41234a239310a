import { CommitStatuses } from '#io/notify/commit-status.ts';
import { forgeOf } from '#io/notify/forge.ts';
import { Notifier } from '#io/notify/notifier.ts';
import type { Log } from '#syncer/ports/machine.ts';
import type { NotifyOptions } from '../options/notify.ts';
import { readSecret } from '../options/shared.ts';
import type { Receiver } from './receivers.ts';

/**
 * Returns the receivers that send notifications and commit statuses, as far as the options request them.
 *
 * @param repo - URL of the fleet repository, from which the address and project of the forge are derived
 * @throws Error when a secret or token file cannot be read, no token file is given, or neither the
 *   options nor `repo` determine the API and the project of the forge
 */
export function openNotifying(repo: string, options: NotifyOptions, log: Log): readonly Receiver[] {
  return [...notifierOf(options, log), ...statusesOf(repo, options, log)];
}

function notifierOf(
  { notifyUrl: url, notifySecretFile: file }: NotifyOptions,
  log: Log,
): readonly Receiver[] {
  if (url === undefined) return [];
  const secret = file === undefined ? undefined : readSecret(file);
  const notifier = new Notifier({ url, secret, log });
  return [{ heard: (event) => notifier.heard(event), close: (ms) => notifier.close(ms) }];
}

function statusesOf(
  repo: string,
  { commitStatus: type, forgeTokenFile: file, forgeApi, forgeProject }: NotifyOptions,
  log: Log,
): readonly Receiver[] {
  if (type === undefined) return [];
  const known = forgeOf(type, repo);
  const [api, project] = [forgeApi ?? known?.api, forgeProject ?? known?.project];
  if (api === undefined || project === undefined) {
    throw new Error(
      '--commit-status: cannot derive the API and the project of the forge from the repository URL; set --forge-api and --forge-project',
    );
  }
  if (file === undefined) throw new Error('--commit-status needs --forge-token-file');
  const forge = { type, api: api.replace(/\/+$/, ''), project, token: readSecret(file) };
  const statuses = new CommitStatuses(forge, log);
  return [
    {
      heard: (event) => statuses.heard(event),
      turned: (turn) => statuses.turned(turn),
      close: (ms) => statuses.close(ms),
    },
  ];
}
