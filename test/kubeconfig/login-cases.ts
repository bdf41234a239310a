import type { KubeconfigCase } from './case.ts';

const token = { authorization: 'Bearer abc' };
const basic = `Basic ${Buffer.from('ann:secret').toString('base64')}`;

export const loginCases: readonly KubeconfigCase[] = [
  /** kubectl asks a person for a username. */
  { name: 'no credentials', user: {}, sends: {} },
  { name: 'token', user: { token: 'abc' }, sends: { authorization: 'Bearer abc' } },
  {
    name: 'a token that is a number',
    user: { token: 123 },
    refused: /user robot: field "token" must be a string/,
  },
  { name: 'tokenFile', user: { tokenFile: 'token' }, sends: { authorization: 'Bearer from-file' } },
  {
    name: 'token and tokenFile',
    user: { token: 'abc', tokenFile: 'token' },
    sends: { authorization: 'Bearer from-file' },
  },
  {
    name: 'token and a missing tokenFile',
    user: { token: 'abc', tokenFile: 'none' },
    sends: { authorization: 'Bearer abc' },
  },
  { name: 'a missing tokenFile', user: { tokenFile: 'none' }, refused: /none/ },
  {
    name: 'username and password',
    user: { username: 'ann', password: 'secret' },
    sends: { authorization: basic },
  },
  {
    name: 'username alone',
    user: { username: 'ann' },
    sends: { authorization: `Basic ${Buffer.from('ann:').toString('base64')}` },
  },
  {
    name: 'username and token',
    user: { username: 'ann', password: 'secret', token: 'abc' },
    refused: /user robot: a token and a username are mutually exclusive/,
  },
  {
    name: 'extensions of a user',
    user: { token: 'abc', extensions: [{ name: 'a', extension: {} }] },
    sends: token,
  },
  {
    name: 'a field that is null',
    user: { token: 'abc', as: null, exec: null },
    sends: { authorization: 'Bearer abc' },
  },
];
