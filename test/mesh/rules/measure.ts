import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isGateway, type Mesh } from '../harness/mesh.ts';
import { fetchText, type PlainAnswer } from '../harness/requests.ts';
import type { RuleAnswer, RuleAnswers, RuleResult } from './answers.ts';
import { type EchoPods, echoHeader, idHeader, type Received } from './echo-pods.ts';
import type { RuleRequest, RuleRow } from './rows.ts';

/** Ports of the listeners: the gateway's Service maps port 80 to 8080, and callers use the port of the Services. */
const gatewayPort = 8080;
const servicePort = 80;

/** Headers that Envoy adds to every request or answer, or whose values differ each time. */
const ownHeaders =
  /^(x-envoy-|x-forwarded-|x-request-id$|x-b3-|date$|server$|connection$|keep-alive$|transfer-encoding$|content-length$|content-type$|host$|accept-encoding$|vary$)/;

/** Sends the requests of all rows through the Envoys of a mesh whose pods are `echo`. */
export async function measureRows(
  rows: readonly RuleRow[],
  mesh: Mesh,
  echo: EchoPods,
): Promise<RuleAnswers> {
  const agent = new Agent({ keepAlive: true });
  const measured: [string, RuleAnswer[]][] = [];
  for (const row of rows) {
    const answers: RuleAnswer[] = [];
    for (const [index, request] of row.requests.entries()) {
      answers.push(await measureRequest({ mesh, echo, agent }, request, `${row.name} ${index}`));
    }
    measured.push([row.name, answers]);
  }
  agent.destroy();
  return Object.fromEntries(measured);
}

interface Client {
  readonly mesh: Mesh;
  readonly echo: EchoPods;
  readonly agent: Agent;
}

async function measureRequest(
  client: Client,
  request: RuleRequest,
  name: string,
): Promise<RuleAnswer> {
  const counts = new Map<string, number>();
  for (let turn = 0; turn < request.times; turn++) {
    const result = JSON.stringify(
      await send(client, request, encodeURIComponent(`${name} ${turn}`)),
    );
    counts.set(result, (counts.get(result) ?? 0) + 1);
  }
  const results = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    results: results.map(([result, count]) => ({
      result: JSON.parse(result) as RuleResult,
      share: Number((count / request.times).toFixed(3)),
    })),
  };
}

async function send(
  { mesh, echo, agent }: Client,
  request: RuleRequest,
  id: string,
): Promise<RuleResult> {
  const isOfGateway = request.from === 'gateway';
  const [envoy] = mesh.envoys((pod) =>
    isOfGateway ? isGateway(pod) : `${pod.labels.app} ${pod.labels.version}` === request.from,
  );
  if (envoy === undefined) throw new Error(`no Envoy serves ${request.from}`);
  const answer = await fetchText({
    host: envoy.address,
    port: isOfGateway ? gatewayPort : servicePort,
    method: request.method,
    path: request.path,
    headers: { ...request.headers, host: request.host, [idHeader]: id },
    agent,
  });
  // A copy of a request may arrive after the answer to the request. Only single requests are copied.
  if (request.times === 1) await sleep(30);
  return resultOf(request, answer, echo.receivedWith(id));
}

function resultOf(
  request: RuleRequest,
  answer: PlainAnswer,
  received: readonly Received[],
): RuleResult {
  const { status } = answer;
  const original = received.find(({ pod }) => answer.text.includes(`"${pod}"`));
  const mirrors = received
    .filter((one) => one !== original)
    .map(({ pod, host }) => `${pod} as ${host}`)
    .toSorted();
  if (original === undefined) {
    const responseHeaders = changedHeaders(answer.headers, {});
    const body = answer.text === '' ? {} : { body: answer.text };
    return {
      status,
      ...body,
      ...some('responseHeaders', responseHeaders),
      ...list('mirrors', mirrors),
    };
  }
  const { [idHeader]: _, ...headers } = original.headers;
  const sent = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const removed = Object.keys(sent).filter((name) => !(name in headers));
  return {
    status,
    pod: original.pod,
    path: original.path,
    host: original.host,
    ...some('requestHeaders', changedHeaders(headers, sent)),
    ...list('removedHeaders', removed),
    ...some('responseHeaders', changedHeaders(answer.headers, echoHeader)),
    ...list('mirrors', mirrors),
  };
}

function changedHeaders(
  headers: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const changed = Object.entries(headers).filter(
    ([name, value]) => !ownHeaders.test(name) && before[name] !== String(value),
  );
  return Object.fromEntries(changed.map(([name, value]) => [name, String(value)]));
}

function some(name: string, values: Readonly<Record<string, string>>): object {
  return Object.keys(values).length === 0 ? {} : { [name]: values };
}

function list(name: string, values: readonly string[]): object {
  return values.length === 0 ? {} : { [name]: values };
}
