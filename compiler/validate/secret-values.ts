import { plainSecretsOf } from '#model/hidden-value.ts';
import type { KubeObject } from '#model/object.ts';

/** Hides the values of a Secret, of its annotations too, in a message about it. */
export function withoutSecrets(message: string, object: KubeObject): string {
  const values = plainSecretsOf(object)
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1)])
    .filter((text) => text !== '')
    .sort((a, b) => b.length - a.length);
  return values.reduce((text, value) => text.replaceAll(value, '…'), message);
}
