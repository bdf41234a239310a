/** Servers that repeat what they refuse. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { canaries } from './scan.ts';

/** Answers each write of a Secret and of a sealed object as a webhook that repeats what it rejects. */
export function repeating(incoming: IncomingMessage, response: ServerResponse): boolean {
  const { method, url = '' } = incoming;
  const isWrite = method === 'PATCH' || method === 'DELETE';
  if (!isWrite || !/\/(secrets|configmaps)\/(sealed|plain|other)(\?|$)/.test(url)) return false;
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const body = url.includes('other') ? '' : Buffer.concat(chunks).toString();
    answerWith(response, 422, `denied: ${sealedForms()} ${body}`);
  });
  return true;
}

/** Answers each request with the credentials of the client and the values that are in the cluster. */
export function repeatingAll({ headers }: IncomingMessage, response: ServerResponse): boolean {
  answerWith(response, 500, `broken: ${JSON.stringify(headers)} ${sealedForms()}`);
  return true;
}

/** Answers as an API server does, with a message that is also in the causes and the reason phrase. */
export function answerWith(response: ServerResponse, status: number, message: string): void {
  const cause = { field: canaries.sealedSecret, message, reason: canaries.plainSecret };
  const phrase = message.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 500);
  response.writeHead(status, phrase, { 'content-type': 'application/json' });
  const details = { causes: [cause] };
  const reason = status === 422 ? 'Invalid' : canaries.kubeconfigToken;
  response.end(JSON.stringify({ kind: 'Status', code: status, reason, message, details }));
}

function sealedForms(): string {
  const sealed = [canaries.sealedSecret, canaries.sealedOther];
  const forms = [...sealed, ...sealed.map((value) => Buffer.from(value).toString('base64'))];
  return forms.map((form) => JSON.stringify(form)).join();
}
