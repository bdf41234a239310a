import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAccess } from '#test/api/access.ts';
import { ApiClient } from '#test/api/client.ts';
import { isReal } from '#test/fleet.ts';
import type { TestFleet } from '#test/test-fleet.ts';
import { fleetId } from './fleet-repo.ts';

/** Folder with the manifests of the agent. */
export const deployFolder: string = join(import.meta.dirname, '../../deploy');

/** The flags and variables with which an agent starts, as in a pod. */
export interface AgentPlace {
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * On real API servers, applies the roles in deploy/ and writes a token of the agent's ServiceAccount
 * to the file of a pod. The sandbox has neither access rules nor such tokens, so that the agent gets
 * a kubeconfig there.
 */
export async function agentPlace(
  fleet: TestFleet,
  member: string,
  directory: string,
): Promise<AgentPlace> {
  if (!isReal) return { flags: ['--kubeconfig', fleet.kubeconfig], env: {} };
  applyAccess(fleet, member);
  const access = readAccess(fleet.kubeconfig, member);
  await mkdir(directory, { recursive: true });
  await writeFile(
    join(directory, 'token'),
    await tokenOf(fleet, member, ['regatta-system', 'regatta-agent']),
  );
  await writeFile(join(directory, 'ca.crt'), access.ca ?? '');
  const { hostname, port } = new URL(access.server);
  const env = { KUBECONFIG: '', KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
  return { flags: ['--service-account-dir', directory], env };
}

function applyAccess({ kubectl, kubeconfig }: TestFleet, member: string): void {
  const context = ['--kubeconfig', kubeconfig, '--context', member];
  const files = ['1-namespace.yaml', '2-access.yaml', '2-limits.yaml'];
  const texts = files.map((file) => readFileSync(join(deployFolder, file), 'utf8'));
  execFileSync(kubectl, [...context, 'apply', '-f', '-'], {
    input: texts.join('\n---\n').replace('regatta.0000000000', `regatta.${fleetId}`),
    stdio: ['pipe', 'ignore', 'inherit'],
  });
}

/** Requests a token of a ServiceAccount, which is valid for ten minutes. */
export async function tokenOf(
  { kubeconfig }: TestFleet,
  member: string,
  [namespace, name]: readonly [string, string],
): Promise<string> {
  const client = ApiClient.of(kubeconfig, member);
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const spec = { expirationSeconds: 600 };
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
  const answer = await client.call({ method: 'POST', path, body });
  client.close();
  return (answer.body as { readonly status: { readonly token: string } }).status.token;
}
