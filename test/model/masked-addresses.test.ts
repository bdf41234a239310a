import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { maskedAddresses } from '#model/masked-addresses.ts';
import { Redactor } from '#model/redaction.ts';

const cases: Readonly<Record<string, string>> = {
  'Get "https://bob:pass@host:9/a?ref=v1": EOF': 'Get "https://***@host:9/a?ref=v1": EOF',
  'https://bob:a@b@c@host/x': 'https://***@host/x',
  "'templates/https:/bob:pass@host/a' does not exist":
    "'templates/https:/***@host/a' does not exist",
  '[https:bob:pass@host/a] and git::HTTP:bob:pass@host':
    '[https:***@host/a] and git::HTTP:***@host',
  'https://token@host and //bob:pass@host/a': 'https://***@host and //***@host/a',
  'postgres://bob:pass@db:5432/shop': 'postgres://***@db:5432/shop',
  '{"url":"https://bob:pa\\u0026ss@host"}': '{"url":"https://***@host"}',
  'ssh://git@host/a, git@host:a, name@example.com':
    'ssh://git@host/a, git@host:a, name@example.com',
  'https://host/@scope/a@1.2 and oci://host:5000/a@sha256:0':
    'https://host/@scope/a@1.2 and oci://host:5000/a@sha256:0',
  'a?ref=v1&private_token=abc#x': 'a?ref=v1&private_token=***#x',
  '"a?sv=1\\u0026sig=abc" b?X-Amz-Signature=abc': '"a?sv=1\\u0026sig=***" b?X-Amz-Signature=***',
  'http://@host': 'http://@host',
};

describe('the addresses in a text', () => {
  for (const [text, shown] of Object.entries(cases)) {
    it(`K13: show no credentials: ${text}`, () => {
      assert.equal(maskedAddresses(text), shown);
      assert.equal(maskedAddresses(shown), shown);
      assert.equal(new Redactor().redact(text), shown);
    });
  }

  it('K13: show no password, whatever stands around them', () => {
    const around = fc.stringMatching(/^[\w .,:;@'"()[\]{}<>?&=+-]*$/);
    const scheme = fc.constantFrom('https://', 'http:/', 'https:', 'ssh://', '//', 'git::https://');
    fc.assert(
      fc.property(around, scheme, around, (before, address, after) => {
        const shown = maskedAddresses(`${before} ${address}bob:tulip7431@host/${after}`);
        assert.doesNotMatch(shown, /tulip/);
        assert.equal(maskedAddresses(shown), shown);
      }),
    );
  });

  it('K21: are found in linear time', () => {
    for (const part of ['@', 'http:', 'a@', '?', '?a', '&a=', '//', '/:', 'https:a:', '\\u0026']) {
      maskedAddresses(`${part.repeat(400_000)}@`);
    }
  });
});
