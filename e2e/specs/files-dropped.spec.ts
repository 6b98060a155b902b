import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dropOn } from '../drivers/drag.ts';
import { expect, test } from '../fixtures/test.ts';
import { FileBrowserPage } from '../pages/file-browser-page.ts';
import { VolumesPage } from '../pages/volumes-page.ts';

test('a dropped folder comes whole, with its empty folders, and what a browser cannot read is told', { tag: '@once' }, async ({ app, engine }) => {
  const top = join(engine.home, 'top');
  await mkdir(join(top, 'sub/empty'), { recursive: true });
  await writeFile(join(top, 'a.txt'), 'a');
  await writeFile(join(top, 'sub/b.txt'), 'b');
  // Names that are no UTF-8: by the shell, as those of Node's are.
  await promisify(execFile)('sh', ['-c', 'echo x > "$(printf "bad\\377")"; mkdir "$(printf "dir\\376")"; echo y > "$(printf "dir\\376/in")"'], { cwd: top });
  await engine.client.json('POST', '/volumes/create', { json: { Name: 'data' } });
  const volumes = new VolumesPage(app.page);
  await volumes.goHere();
  await volumes.row('data').click();
  const { browser } = new FileBrowserPage(app.page, 'data');
  await expect(browser.getByText('This folder is empty')).toBeVisible();
  await dropOn(browser, [top], () => expect(browser.getByText('Drop to upload to /')).toBeVisible());
  const uploads = browser.getByRole('list', { name: 'Uploads' });
  await expect(uploads).toContainText('3 of 5 uploaded, 2 failed');
  await expect(uploads.getByText('as its name is not UTF-8')).toHaveCount(2);
  await expect(browser.getByRole('rowheader', { name: 'top' })).toBeVisible();
  const listed = async (path: string) =>
    ((await engine.client.json('GET', '/slipway/v1/volumes/data/files', { query: { path } })) as { Entries: { Name: string }[] }).Entries.map(
      ({ Name }) => Name,
    ).sort();
  expect([await listed('/top'), await listed('/top/sub'), await listed('/top/sub/empty')]).toEqual([['a.txt', 'sub'], ['b.txt', 'empty'], []]);
});
