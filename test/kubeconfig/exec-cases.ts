import type { KubeconfigCase } from './case.ts';

const v1 = 'client.authentication.k8s.io/v1';
export const exec: object = { apiVersion: v1, command: './plugin.sh', interactiveMode: 'Never' };
const isRun = { sends: { authorization: 'Bearer from-plugin' } };

export const execCases: readonly KubeconfigCase[] = [
  { name: 'exec', user: { exec }, ...isRun },
  {
    name: 'exec in v1beta1',
    user: { exec: { command: './plugin.sh', apiVersion: `${v1}beta1`, args: ['v1beta1'] } },
    ...isRun,
  },
  {
    name: 'exec with a certificate',
    user: { exec: { ...exec, args: ['certificate'] } },
    sends: { certificate: 'robot' },
  },
  {
    name: 'exec beside a token',
    user: { exec, token: 'abc' },
    sends: { authorization: 'Bearer abc' },
  },
  {
    name: 'exec IfAvailable',
    user: { exec: { ...exec, interactiveMode: 'IfAvailable' } },
    ...isRun,
  },
  ...[
    { interactiveMode: 'Always' },
    { interactiveMode: undefined },
    { interactiveMode: 'x' },
    { apiVersion: undefined },
    { apiVersion: `${v1}alpha1` },
    { command: undefined },
    { command: './none.sh' },
    { command: 'regatta-none' },
    { env: [{ value: 'x' }] },
    { args: ['v1beta1'] },
    { args: ['empty'] },
    { args: ['half'] },
    { args: ['text'] },
    { args: ['fail'] },
  ].map((fault) => ({
    name: `exec with ${JSON.stringify(fault)} ${Object.keys(fault)}`,
    user: { exec: { ...exec, ...fault } },
    refused: /user robot: .*exec|credential plugin/,
  })),
  {
    name: 'exec beside auth-provider',
    user: { exec, 'auth-provider': { name: 'oidc' } },
    refused: /user robot: exec and auth-provider are mutually exclusive/,
  },
  {
    name: 'auth-provider of a removed kind',
    user: { 'auth-provider': { name: 'gcp', config: { 'cmd-path': 'x' } } },
    refused: /user robot: field "auth-provider.name" must be "oidc"/,
  },
  {
    name: 'auth-provider oidc',
    user: { 'auth-provider': { name: 'oidc', config: oidc() } },
    sends: { authorization: `Bearer ${oidc()['id-token']}` },
  },
];

function oidc() {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = part({ iss: 'https://127.0.0.1:1', exp: 4_000_000_000 });
  const common = { 'idp-issuer-url': 'https://127.0.0.1:1', 'client-id': 'regatta' };
  return { ...common, 'id-token': `${part({ alg: 'none' })}.${claims}.c2ln` };
}
