import { type Command, InvalidArgumentError, Option } from 'commander';

/** The options for notifications and commit statuses. Absent forge options are derived from the repository URL. */
export interface NotifyOptions {
  readonly notifyUrl?: string;
  readonly notifySecretFile?: string;
  readonly commitStatus?: 'github' | 'gitlab';
  readonly forgeTokenFile?: string;
  readonly forgeApi?: string;
  readonly forgeProject?: string;
}

export function addNotifyOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--notify-url <url>', 'POST notifications to this URL').argParser(parseUrl),
    )
    .option('--notify-secret-file <file>', 'file with the secret that signs notifications')
    .addOption(
      new Option(
        '--commit-status <forge>',
        'set a commit status for each cluster on synced commits',
      ).choices(['github', 'gitlab']),
    )
    .option(
      '--forge-token-file <file>',
      'with --commit-status: file with a token that may set statuses',
    )
    .addOption(
      new Option(
        '--forge-api <url>',
        'forge API URL (default: derived from the repository URL)',
      ).argParser(parseUrl),
    )
    .option(
      '--forge-project <path>',
      'project on the forge (default: derived from the repository URL)',
    );
}

function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return text;
  throw new InvalidArgumentError('expected a URL that starts with https:// or http://');
}
