import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { derivedId, repositoryAddress } from '#model/origin.ts';

describe('the address of a repository', () => {
  for (const url of [
    'https://git.example.com/team/shop.git',
    'https://user@Git.Example.com:443/team/shop/',
    'http://git.example.com:80/team/shop',
    'ssh://git@git.example.com:22/team/shop.git',
    'git+ssh://git@git.example.com/team/shop',
    'git@git.example.com:team/shop.git',
    'git.example.com:/team/shop',
    'git://git.example.com:9418/team/shop.git',
  ]) {
    it(`K25: is host and path for ${url}`, () => {
      assert.equal(repositoryAddress(url), 'git.example.com/team/shop');
    });
  }

  for (const [url, address] of [
    ['https://git.example.com:8443/shop.git', 'git.example.com:8443/shop'],
    ['ssh://git@git.example.com:2222/shop', 'git.example.com:2222/shop'],
    ['https://git.example.com/a%20b', 'git.example.com/a b'],
    ['/srv/git/shop.git', '/srv/git/shop'],
    ['file:///srv/git/shop.git', '/srv/git/shop'],
  ] as const) {
    it(`K25: keeps what distinguishes repositories in ${url}`, () => {
      assert.equal(repositoryAddress(url), address);
    });
  }

  it('K25: gives an id that differs for another repository or rendered root', () => {
    const origin = { repository: 'git.example.com/shop', branch: 'main', path: 'rendered' };
    // printf 'git.example.com/shop rendered' | sha256sum
    assert.equal(derivedId(origin), 'xb5af48b69');
    assert.equal(derivedId({ ...origin, branch: 'next' }), derivedId(origin));
    assert.notEqual(derivedId({ ...origin, path: 'out' }), derivedId(origin));
    assert.notEqual(derivedId({ ...origin, repository: 'a.example/shop' }), derivedId(origin));
  });
});
