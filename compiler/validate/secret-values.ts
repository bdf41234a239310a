import type { KubeObject } from '#model/object.ts';
import { fieldsOf } from './definitions.ts';

/** Hides the values of a Secret in a message about it. */
export function withoutSecrets(message: string, object: KubeObject): string {
  if (object.apiVersion !== 'v1' || object.kind !== 'Secret') return message;
  const values = [object.data, object.stringData]
    .flatMap((map) => Object.values(fieldsOf(map)))
    .flatMap(textsOf)
    .filter((text) => text !== '')
    .sort((a, b) => b.length - a.length);
  return values.reduce((text, value) => text.replaceAll(value, '…'), message);
}

/** Returns the texts by which a message may repeat a value. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value !== 'string') return typeof value === 'object' ? [] : [String(value)];
  const decoded = Buffer.from(value, 'base64').toString();
  return [value, JSON.stringify(value).slice(1, -1), decoded];
}
