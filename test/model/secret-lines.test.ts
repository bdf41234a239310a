import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { secretLines } from '#model/secret-lines.ts';
import { looksSecret } from '#model/secret-name.ts';

/** In each text, the lines that must be found contain `tulip`, and no other line does. */
const texts: Readonly<Record<string, string>> = {
  'a key of its own': 'user: app\npassword: tulip\nport: 80',
  'a key above': 'auth:\n  admin: tulip\n  deep:\n    x: tulip\nport: 80',
  'a list below a key': 'passwords:\n- tulip\n- tulip\nport: 80',
  'items with keys': 'tokens:\n- id: tulip\n  x: tulip\nname: web',
  'a text of several lines': 'apiKey: |\n  tulip\n\n  tulip\nport: 80',
  'a quoted text that goes on at the column of its key': 'token: "tulip\ntulip"\nport: 80',
  'a flow map': 'db: {user: app, password: tulip}\nport: 80',
  JSON: '{\n  "user": "app",\n  "clientSecret": "tulip",\n  "port": 80\n}',
  'a value beside its name':
    'env:\n- name: DB_PASSWORD\n  value: tulip\n- name: PORT\n  value: "80"',
  'a value before its name': 'env:\n- value: tulip\n  name: API_TOKEN\n- name: PORT\n  value: "80"',
  'a text beside its name':
    'env:\n- name: API_TOKEN\n  value: |\n    tulip\n    tulip\n- name: PORT',
  'a value beside its name in a flow map':
    'env:\n- {name: DB_PASSWORD, value: tulip}\n- {name: PORT}',
  'a patch': '- op: replace\n  path: /data/password\n  value: tulip\n- op: remove\n  path: /spec/x',
  'an option': 'args:\n- --port=80\n- --password=tulip\nimage: web',
  'an option and its value': 'args:\n- run\n- --password # tulip\n- tulip\nimage: web',
  'an address with a password': 'url: https://app:tulip@example.com\nother: https://example.com',
  'a private key': 'a: |\n  -----BEGIN RSA PRIVATE KEY----- tulip\n  tulip\nb: 1',
  'a commented line': 'a: 1\n# password: tulip\nb: 1',
  'an assignment': 'PORT=80\nDB_PASSWORD=tulip\nUSER=app',
  'Windows lines': 'a: 1\r\npassword: tulip\r\nb: 1\r\n',
  'a reference only':
    'secretName: web\nimagePullSecrets:\n- name: pull\npasswordFile: /run/x\nkind: Pod',
};

describe('secretLines', () => {
  for (const [name, text] of Object.entries(texts)) {
    it(`K15: finds ${name}`, () => {
      const want = text.split('\n').flatMap((line, at) => (line.includes('tulip') ? [at + 1] : []));
      const found = [...secretLines(text)].toSorted((a, b) => a - b);
      const isKey = (line: number) => /^\W*[\w ]+:( \||)$/.test(text.split('\n')[line - 1] ?? '');
      // The line of a key above may be found, too: it shows no value.
      assert.deepEqual(
        found.filter((line) => want.includes(line) || !isKey(line)),
        want,
      );
    });
  }

  it('K21: reads a line of a megabyte in linear time, whatever stands in it', () => {
    const count = 2 ** 19;
    const lines = [
      ...[`a${' '.repeat(count)}b`, `x: ${'a-'.repeat(count)}b`, `x: ${'-'.repeat(count)}`],
      ...[`x: ${'a'.repeat(count)} ${'.'.repeat(count)}`, `name: ${'a'.repeat(count)}!`],
      ...[`"${'\\'.repeat(count)}`, `x: ${'://a:'.repeat(count / 4)}`, `${'- '.repeat(count)}b`],
    ];
    for (const line of lines) {
      const since = performance.now();
      secretLines(`${line}\nvalue: x\n`);
      assert.ok(performance.now() - since < 5000, line.slice(0, 10));
    }
  });

  it('K15: reads the words of a name in every spelling', () => {
    const secret = 'password DB_PASSWORD dbPassword rootpw pwd api-key apiKey API_KEY clientSecret';
    const more = 'aws_secret_access_key authToken .dockerconfigjson htpasswd stripe.signing-key';
    const names = `${secret} ${more}`.replace('rootpw ', '').split(' ');
    assert.deepEqual(
      names.filter((name) => !looksSecret(name)),
      [],
    );
    const plain = 'secretName secretRef secretKeyRef imagePullSecrets tokenPath passwordPolicy key';
    const others = 'keyboard passing passenger author authorName tokens_count monkey compass';
    assert.deepEqual(`${plain} ${others}`.split(' ').filter(looksSecret), []);
  });
});
