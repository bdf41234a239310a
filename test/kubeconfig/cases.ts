import type { KubeconfigCase, Values } from './case.ts';
import { exec, execCases } from './exec-cases.ts';
import { loginCases } from './login-cases.ts';

const token = { authorization: 'Bearer abc' };

/** Files beside the kubeconfig: ca.crt, client.crt, client.key, token (`from-file`), plugin.sh. */
export function kubeconfigCases(values: Values): readonly KubeconfigCase[] {
  return [
    ...clusterCases(values),
    ...loginCases,
    ...certificateCases(values),
    ...impersonationCases,
    ...execCases,
    ...unknownFields,
  ];
}

function clusterCases({ ca, httpProxy, socksProxy }: Values): readonly KubeconfigCase[] {
  const noFile = { 'certificate-authority': undefined };
  return [
    { name: 'certificate-authority', cluster: {}, sends: token },
    {
      name: 'certificate-authority-data',
      cluster: { ...noFile, 'certificate-authority-data': ca },
      sends: token,
    },
    {
      name: 'certificate-authority and its data',
      cluster: { 'certificate-authority-data': ca },
      refused:
        /cluster member1: certificate-authority and certificate-authority-data are mutually exclusive/,
    },
    {
      name: 'certificate-authority-data that is not base64',
      cluster: { ...noFile, 'certificate-authority-data': 'x' },
      refused: /cluster member1: field "certificate-authority-data" must be base64/,
    },
    {
      name: 'insecure-skip-tls-verify',
      cluster: { ...noFile, 'insecure-skip-tls-verify': true },
      sends: token,
    },
    {
      name: 'insecure-skip-tls-verify with a certificate authority',
      cluster: { 'insecure-skip-tls-verify': true },
      refused:
        /cluster member1: insecure-skip-tls-verify and a certificate authority are mutually exclusive/,
    },
    {
      name: 'insecure-skip-tls-verify that is text',
      cluster: { ...noFile, 'insecure-skip-tls-verify': 'true' },
      refused: /cluster member1: field "insecure-skip-tls-verify" must be true or false/,
    },
    {
      name: 'tls-server-name',
      cluster: { 'tls-server-name': 'localhost' },
      sends: { ...token, serverName: 'localhost' },
    },
    {
      name: 'proxy-url http',
      cluster: { 'proxy-url': httpProxy },
      sends: { ...token, proxied: true },
    },
    {
      name: 'proxy-url socks5',
      cluster: { 'proxy-url': socksProxy },
      sends: { ...token, proxied: true },
    },
    {
      name: 'proxy-url of another protocol',
      cluster: { 'proxy-url': 'ftp://127.0.0.1:1' },
      refused: /cluster member1: field "proxy-url" must be an http, https or socks5 URL/,
    },
    {
      name: 'disable-compression',
      cluster: { 'disable-compression': true },
      sends: { ...token, compressed: false },
    },
    {
      name: 'extensions',
      cluster: { extensions: [{ name: 'a', extension: { b: 1 } }] },
      sends: token,
    },
    {
      name: 'server missing',
      cluster: { server: undefined },
      refused: /field "server" is missing/,
    },
  ];
}

function certificateCases({ cert, key }: Values): readonly KubeconfigCase[] {
  const both = { 'client-certificate-data': cert, 'client-key-data': key };
  const sends = { certificate: 'robot' };
  return [
    { name: 'client-certificate-data', user: both, sends },
    {
      name: 'client-certificate and client-key',
      user: { 'client-certificate': 'client.crt', 'client-key': './client.key' },
      sends,
    },
    {
      name: 'certificate and token',
      user: { ...both, token: 'abc' },
      sends: { ...sends, authorization: 'Bearer abc' },
    },
    {
      name: 'a certificate without its key',
      user: { 'client-certificate-data': cert },
      refused: /user robot: client-certificate lacks its client-key/,
    },
    {
      name: 'a key without its certificate',
      user: { token: 'abc', 'client-key-data': key },
      sends: token,
    },
    {
      name: 'client-certificate and its data',
      user: { ...both, 'client-certificate': 'client.crt' },
      refused: /user robot: client-certificate and client-certificate-data are mutually exclusive/,
    },
    {
      name: 'client-key and its data',
      user: { ...both, 'client-key': 'client.key' },
      refused: /user robot: client-key and client-key-data are mutually exclusive/,
    },
  ];
}

const impersonationCases: readonly KubeconfigCase[] = [
  {
    name: 'as',
    user: { token: 'abc', as: 'jürgen' },
    sends: { authorization: 'Bearer abc', impersonate: ['impersonate-user: jürgen'] },
  },
  {
    name: 'as-uid, as-groups and as-user-extra',
    user: {
      token: 'abc',
      as: 'robot',
      'as-uid': '42',
      'as-groups': ['deployers', 'system:authenticated'],
      'as-user-extra': { reason: ['a', 'b'], 'acme.com/project x': ['50%'] },
    },
    sends: {
      ...token,
      impersonate: [
        'impersonate-extra-acme.com%2fproject%20x: 50%',
        'impersonate-extra-reason: a',
        'impersonate-extra-reason: b',
        'impersonate-group: deployers',
        'impersonate-group: system:authenticated',
        'impersonate-uid: 42',
        'impersonate-user: robot',
      ],
    },
  },
  ...[{ 'as-groups': ['a'] }, { 'as-uid': '42' }, { 'as-user-extra': { a: ['b'] } }].map(
    (user) => ({
      name: `${Object.keys(user)} without as`,
      user,
      refused: /user robot: field "as-.*" needs "as"/,
    }),
  ),
  {
    name: 'as-groups that is text',
    user: { as: 'robot', 'as-groups': 'a' },
    refused: /field "as-groups" must be a list/,
  },
];

/** kubectl ignores these; Regatta refuses them, because such a field may be a misspelt limit of its rights. */
const unknownFields: readonly KubeconfigCase[] = [
  {
    name: 'an unknown field of a user',
    user: { token: 'abc', 'as-group': ['a'] },
    refused: /user robot: field "as-group" is not supported/,
  },
  {
    name: 'an unknown field of exec',
    user: { exec: { ...exec, timeout: '5s' } },
    refused: /user robot: field "exec.timeout" is not supported/,
  },
  {
    name: 'an unknown field of a cluster',
    cluster: { timeout: 5 },
    refused: /cluster member1: field "timeout" is not supported/,
  },
];
