import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ReviewedFleet, widgetOf } from './reviewed-fleet.ts';

/** Lines that look like the headers of a file in the output of `git diff`. */
const headers = '-- a/policies/all.yaml\n++ b/policies/all.yaml\n@@ -1 +1 @@\n';

describe('a pull request that hides the source lines of its changes', () => {
  let fleet: ReviewedFleet;
  before(async () => {
    fleet = await ReviewedFleet.make();
  });
  after(() => fleet.remove());

  /** Changes the template of an object, and returns the review as text. */
  async function reviewed(branch: string, files: Readonly<Record<string, string>>) {
    fleet.branch(branch);
    for (const [path, text] of Object.entries(files)) fleet.write(path, text);
    await fleet.compile();
    fleet.commit(branch);
    return (await fleet.review()).text;
  }

  it('K10: shows the source line although .gitattributes says that its file is binary', async () => {
    const text = await reviewed('binary', {
      '.gitattributes': '*.yaml binary diff=none\n',
      'templates/conf.yaml': widgetOf('conf', 'two'),
    });
    assert.match(text, /because of templates\/conf\.yaml:4: spec: \{a: two\}/);
  });

  it('K10: names the file of a source line, whatever its name and its lines', async () => {
    const name = 'templates/a"b\\c.yaml';
    const text = await reviewed('headers', {
      'policies/values.txt': `${headers}name: odd\n`,
      [name]: widgetOf('odd', 'x'),
    });
    assert.match(text, /because of policies\/values\.txt:4: name: odd$/m);
    assert.ok(
      text.includes(`because of ${name}:3: metadata: {name: odd, namespace: shop}\n`),
      text,
    );
    assert.doesNotMatch(text, /policies\/all\.yaml/);
  });
});
