import { type Command, InvalidArgumentError, Option } from 'commander';

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
      new Option('--notify-url <url>', 'POST what happens to this address').argParser(parseUrl),
    )
    .option('--notify-secret-file <file>', 'a secret that notifications are signed with')
    .addOption(
      new Option(
        '--commit-status <forge>',
        'set a status for each cluster on the commits that are synced',
      ).choices(['github', 'gitlab']),
    )
    .option('--forge-token-file <file>', 'with --commit-status: a token that may set statuses')
    .addOption(
      new Option('--forge-api <url>', 'its API (else as the repository tells)').argParser(parseUrl),
    )
    .option('--forge-project <path>', 'the project there (else as the repository tells)');
}

function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return text;
  throw new InvalidArgumentError('give a URL that begins with https:// or http://');
}
