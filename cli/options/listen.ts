import { isIP } from 'node:net';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ListenAddress } from '#io/http/server.ts';

/** The options for the HTTP server of a syncer. */
export interface ListenOptions {
  readonly listen?: ListenAddress;
  readonly probeListen?: ListenAddress;
  readonly webhookSecretFile?: string;
}

export function addListenOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--listen <address>',
        'serve /healthz, /readyz and /metrics at this port, or address:port',
      )
        .argParser(parseAddress)
        .conflicts('once'),
    )
    .addOption(
      new Option(
        '--probe-listen <address>',
        'serve /healthz and /readyz at a separate port, so that slow clients of --listen do not delay probes',
      )
        .argParser(parseAddress)
        .conflicts('once'),
    )
    .option(
      '--webhook-secret-file <file>',
      'with --listen: accept push webhooks with this secret at /hooks/github, /hooks/gitlab and /hooks/generic',
    )
    .hook('preAction', (_, running) => {
      const { listen, webhookSecretFile } = running.opts<ListenOptions>();
      if (webhookSecretFile !== undefined && listen === undefined) {
        running.error("error: option '--webhook-secret-file <file>' needs '--listen <address>'");
      }
    });
}

/** Parses `9095`, `0.0.0.0:9095` or `[::]:9095`; the default address is 127.0.0.1. */
function parseAddress(text: string): ListenAddress {
  const [, name = '127.0.0.1', digits = ''] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  const host = name.replace(/^\[(.*)\]$/, '$1');
  const port = Number(digits);
  if (digits !== '' && port < 65_536 && (isIP(host) > 0 || host === 'localhost')) {
    return { host, port };
  }
  throw new InvalidArgumentError('expected a port or address:port, such as 9095 or 0.0.0.0:9095');
}
