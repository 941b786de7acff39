/** What users do to the page besides typing: odd links, reloads, files that are dropped, inputs that are too large or wrong. */
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { exampleInput } from './src/example.ts';
import { toFragment } from './src/link.ts';

type Open = (browser: Browser, options?: object, fragment?: string) => Promise<Page>;

const linkTo = async (text: string): Promise<string> => (await toFragment({ ...exampleInput, text })) ?? '';
const replicas = (count: number): string =>
  `gatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: ${count}}}}}\n`;

export async function attacked(browser: Browser, open: Open): Promise<void> {
  await links(browser, open);
  const page = await open(browser);
  await page.waitForSelector('.cm-content');
  await dropped(page);
  await answered(page);
  await page.context().close();
  console.log('attacked: links, reload, drops, large and wrong inputs');
}

async function links(browser: Browser, open: Open): Promise<void> {
  const page = await open(browser, {}, '#1.bm90aGluZw');
  await page.waitForSelector('[role=alert]:has-text("The link is damaged")');
  // Another link is pasted into the address of the open page.
  const other = await linkTo(replicas(7));
  await page.evaluate((hash) => {
    location.hash = hash;
  }, other);
  await page.waitForSelector('.row:has-text("replicas: 7")');
  assert.equal(await page.locator('[role=alert]').count(), 0);
  // What is typed is still there after a reload, until another link is opened.
  await page.waitForSelector('.cm-content');
  await page.locator('.cm-content').fill(replicas(8));
  await page.waitForSelector('.row:has-text("replicas: 8")');
  await page.reload();
  await page.waitForSelector('.row:has-text("replicas: 8")');
  await page.evaluate(
    (hash) => {
      location.hash = hash;
    },
    await linkTo(replicas(9)),
  );
  await page.waitForSelector('.row:has-text("replicas: 9")');
  const kept = await page.evaluate(() => [localStorage.length, document.cookie]);
  assert.deepEqual(kept, [0, '']);
  const many = Array.from({ length: 12_000 }, (_, index) => `      a${index}: b\n`).join('');
  await page.evaluate(
    (hash) => {
      location.hash = hash;
    },
    await linkTo(`gatewayProxies:\n  gatewayProxy:\n    podTemplate:\n     extraAnnotations:\n${many}`),
  );
  await page.waitForSelector('.quiet:has-text("more lines are not shown")');
  assert.ok((await page.locator('.row').count()) <= 10_000);
  await page.context().close();
}

/** Drops files on the input, as a file manager does. */
function drop(page: Page, ...texts: string[]): Promise<void> {
  return page.evaluate((all) => {
    const dataTransfer = new DataTransfer();
    for (const [index, text] of all.entries()) dataTransfer.items.add(new File([text], `${index}.yaml`));
    const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
    document.querySelector('.cm-content')?.dispatchEvent(event);
  }, texts);
}

async function dropped(page: Page): Promise<void> {
  await drop(page, replicas(3), 'global: {}');
  await page.waitForFunction(() => document.querySelectorAll('.cm-line').length === 4);
  assert.deepEqual(await page.locator('.cm-line').allTextContents(), [replicas(3).trim(), '---', 'global: {}', '']);
  await drop(page, '# '.padEnd(4 * 1024 * 1024 + 1, 'x'));
  await page.waitForSelector('[role=alert]:has-text("More than 4 MiB")');
  assert.equal(await page.locator('.cm-line').count(), 4);
  await drop(page, replicas(4));
  await page.waitForSelector('.row:has-text("replicas: 4")');
  assert.equal(await page.locator('[role=alert]').count(), 0);
}

async function answered(page: Page): Promise<void> {
  // Objects of an earlier input do not stay beside problems of this one.
  await page.locator('.cm-content').fill('gatewayProxies: {gatewayProxy: {podTemplate: 7}}\n');
  await page.waitForSelector('.quiet:has-text("Nothing is rendered")');
  assert.equal(await page.locator('.row').count(), 0);
  await page.waitForSelector('.problems .error');
  await page.locator('.cm-content').fill('gatewayProxies: {gatewayProxy: {"anti\u202eAfinity": 1}}\n');
  await page.waitForSelector('.problems .warning:has-text("\\\\u202e")');
}
