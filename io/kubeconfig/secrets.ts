/** Hides the secrets of a kubeconfig in all that leaves the process, because proxies, servers and plugins repeat them. */
import { secretsInAddress } from '#model/address-secrets.ts';
import { looksSecret } from '#model/secret-name.ts';
import { redactor } from '../redactor.ts';
import type { Cluster, Exec, User } from './schema.ts';

/** Hides the passwords in the addresses of a cluster from now on. */
export function hideCluster({ server, 'proxy-url': proxy }: Cluster): void {
  for (const address of [server, proxy]) secretsInAddress(address).forEach(hide);
}

/** Hides the credentials of a user from now on, also those that it gives to a credential plugin. */
export function hideUser(user: User): void {
  const { token, password, 'client-key-data': key, 'auth-provider': provider, exec } = user;
  hide(token);
  hide(password);
  hide(Buffer.from(key, 'base64').toString());
  const { config = {} } = (provider ?? {}) as { readonly config?: object };
  hideNamed(Object.entries(config ?? {}));
  if (exec)
    hideNamed([...exec.env.map(({ name, value }) => [name, value] as const), ...optionsOf(exec)]);
}

/** Hides what a credential plugin printed on standard output, whether or not it is a valid answer. */
export function hideAnswer(output: string): void {
  for (const [, value = ''] of output.matchAll(
    /"(?:token|clientKeyData)"\s*:\s*"((?:[^"\\]|\\.)*)"/g,
  )) {
    hide(value.replaceAll('\\n', '\n'));
  }
  // A plugin that prints no JSON may print the token alone.
  if (!output.trimStart().startsWith('{')) output.split(/\s+/).forEach(hide);
}

/** Returns the options of a plugin with their values: `--name=value`, or one argument after the other. */
function optionsOf({ args }: Exec): readonly (readonly [string, string])[] {
  return args.map((arg, index) => {
    const [, name = arg, value = args[index + 1] ?? ''] = /^(-[^=]*)=(.*)$/s.exec(arg) ?? [];
    return [name.startsWith('-') ? name : '', value];
  });
}

function hideNamed(values: readonly (readonly [string, unknown])[]): void {
  for (const [name, value] of values) if (looksSecret(name)) hide(String(value));
}

function hide(value: string): void {
  redactor.remember(value);
}
