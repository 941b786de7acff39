/**
 * `npm run test:site`: tests the built page in a real Chromium. Checks sizes and times, that nothing leaves the page,
 * and that it renders and finds the same as the command; takes screenshots of its main states (site/screenshots).
 * Chromium is Debian's (`apt-get install chromium`), or CHROMIUM.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, loadavg } from 'node:os';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { attacked } from './attacked.ts';
import { equalToTheCommand } from './equal.ts';
import { timesOfLoads } from './times.ts';

const folder = 'site/dist';
const pictures = 'site/screenshots';
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
/** The size limit of the first view in gzipped bytes, including the worker and what it loads for the first answer. */
const mostBytes = 180_000;
/**
 * How long the first answer should take, in milliseconds. Times are printed but not tested, because they depend on the
 * machine.
 */
const wanted = 150;

/** What waits for a page to load its editor, which it does after its first answers. */
let editorRequested: (() => void) | undefined;

/** Errors thrown in the page. */
const thrown: string[] = [];

const server = createServer(({ url = '/' }, response) => {
  const path = new URL(url, 'http://localhost').pathname;
  try {
    const name = path === '/' ? 'index.html' : path.slice(1);
    if (/\beditor-/.test(name)) editorRequested?.();
    response.writeHead(200, { 'content-type': types[extname(name)] ?? 'text/plain' });
    response.end(readFileSync(join(folder, name)));
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`; // It listens on a port.
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox'],
});
mkdirSync(pictures, { recursive: true });
try {
  await firstView(browser);
  await firstAnswers(browser);
  await nothingLeaves(browser);
  const page = await open(browser);
  const worker = readdirSync(`${folder}/assets`).find((name) => /^worker-.*\.js$/.test(name)) ?? '';
  await equalToTheCommand(page, `${address}assets/${worker}`);
  await page.context().close();
  await byHand(browser);
  await attacked(browser, open);
  await drawn(browser);
  assert.deepEqual(thrown, []);
  console.log('the page holds what it says');
} finally {
  await browser.close();
  server.close();
}

async function open(browser: Browser, options: BrowserContextOptions = {}, fragment = ''): Promise<Page> {
  const context = await browser.newContext(options);
  // tsx inserts this into functions that are sent to the page.
  await context.addInitScript('globalThis.__name = (value) => value;');
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => thrown.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('Content Security Policy'))
      assert.fail(`the page's console: ${message.text()}`);
  });
  await page.goto(address + fragment);
  return page;
}

/** What is requested before the first answer. */
async function firstView(browser: Browser): Promise<void> {
  const context = await browser.newContext();
  const loaded: { readonly name: string; readonly size: number; readonly at: number }[] = [];
  await context.route('**/*', async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1) || 'index.html';
    loaded.push({ name, size: gzipSync(readFileSync(join(folder, name))).length, at: Date.now() });
    await route.continue();
  });
  const page = await context.newPage();
  await page.goto(address);
  await page.waitForFunction(() => performance.getEntriesByName('first-answer').length > 0);
  const answered = await page.evaluate(
    () => performance.timeOrigin + (performance.getEntriesByName('first-answer')[0]?.startTime ?? 0),
  );
  const needed = loaded.filter(({ at }) => at <= answered);
  const sum = needed.reduce((all, { size }) => all + size, 0);
  for (const { name, size } of needed) console.log(`  ${String(size).padStart(7)}  ${name}`);
  console.log(
    `first view: ${sum} bytes of gzip in ${needed.length} files, the worker and what it loads for the first answer included`,
  );
  assert.ok(sum <= mostBytes, `the first view weighs ${sum} bytes`);
  await context.close();
}

/** The time until objects are shown: when a page is opened, and while the user types. */
async function firstAnswers(browser: Browser): Promise<void> {
  const times: Record<'from navigation' | "from the program's start" | 'from a key', number[]> = {
    'from navigation': [],
    "from the program's start": [],
    'from a key': [],
  };
  const opened = (): Promise<void> =>
    new Promise((resolve) => {
      editorRequested = resolve;
    });
  for (const { fromNavigation, fromStart } of await timesOfLoads(executablePath, address, 12, opened)) {
    times['from navigation'].push(fromNavigation);
    times["from the program's start"].push(fromStart);
  }
  for (let run = 0; run < 6; run++) {
    const page = await open(browser);
    await page.waitForSelector('.cm-content');
    await page.waitForSelector('.status:has-text("Point at a line")');
    await page.evaluate(() =>
      document.addEventListener('keydown', () => performance.mark('key'), { capture: true, once: true }),
    );
    await page.locator('.cm-content').focus();
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => performance.getEntriesByName('first-answer').length > 1);
    times['from a key'].push(
      await page.evaluate(() => {
        const [key, answered] = ['key', 'first-answer'].map((name) => performance.getEntriesByName(name).at(-1));
        return (answered?.startTime ?? 0) - (key?.startTime ?? 0);
      }),
    );
    await page.context().close();
  }
  const [load = 0] = loadavg();
  for (const [what, list] of Object.entries(times)) {
    list.sort((a, b) => a - b);
    const [median = 0, most = 0] = [list[list.length >> 1], list.at(-1)];
    console.log(
      `first answer ${what}: ${median.toFixed(0)} ms in the middle, ${most.toFixed(0)} at most, of ${list.length}`,
    );
  }
  console.log(
    `  wanted: ${wanted} ms; the machine's load is ${load.toFixed(1)}, of ${availableParallelism()} processors`,
  );
}

/** Neither the page nor its worker can connect to anything. */
async function nothingLeaves(browser: Browser): Promise<void> {
  const page = await open(browser);
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !/^(?:blob|data):/.test(request.url())) elsewhere.push(request.url());
  });
  await page.waitForSelector('.cm-content');
  assert.deepEqual(elsewhere, []);
  const elsewhereToo = address.replace('127.0.0.1', 'localhost');
  // Each reports whether anything was sent; a blocked request may also never end.
  const tries = `const within = (promise) => Promise.race([promise, new Promise((resolve) => setTimeout(resolve, 2000, 'nothing'))]);
    const tries = {
      fetch: () => fetch('${address}index.html').then(() => 'went', () => 'blocked'),
      xhr: () => new Promise((done) => { const x = new XMLHttpRequest(); x.open('GET', '${address}'); x.onload = () => done('went'); x.onerror = () => done('blocked'); x.send(); }),
      socket: () => new Promise((done) => { try { const s = new WebSocket('${address.replace('http', 'ws')}'); s.onopen = () => done('went'); s.onerror = () => done('blocked'); } catch { done('blocked'); } }),
      ...(typeof Image === 'undefined' ? {} : { image: () => new Promise((done) => { const i = new Image(); i.onload = () => done('went'); i.onerror = () => done('blocked'); i.src = '${elsewhereToo}x.png'; }) }),
    };
    const results = {};
    for (const [name, go] of Object.entries(tries)) results[name] = await within(go());`;
  const inPage = await page.evaluate(`(async () => { ${tries} return results; })()`);
  const program = `(async () => { ${tries} postMessage(results); })();`;
  const inWorker = await page.evaluate(`new Promise((resolve) => {
    const worker = new Worker(URL.createObjectURL(new Blob([${JSON.stringify(program)}], { type: 'text/javascript' })), { type: 'module' });
    worker.onmessage = ({ data }) => resolve(data);
  })`);
  for (const [name, outcome] of [...Object.entries(inPage as object), ...Object.entries(inWorker as object)])
    assert.notEqual(outcome, 'went', name);
  assert.equal((inPage as Readonly<Record<string, unknown>>)['fetch'], 'blocked');
  assert.equal((inWorker as Readonly<Record<string, unknown>>)['fetch'], 'blocked');
  console.log('nothing leaves: page and worker can connect to nothing, their own server included');
  await page.context().close();
}

/** With the keyboard, by a link, and by pointing. */
async function byHand(browser: Browser): Promise<void> {
  const page = await open(browser);
  await page.waitForSelector('.problems .warning');
  await page.waitForSelector('.row.current, .status:has-text("Point at a line")', { timeout: 20_000 });
  const line = page.locator('.row', { hasText: 'containerPort: 8081' }).first();
  await line.hover();
  await page.waitForSelector('.status:has-text("podTemplate.httpPort (line 8) stands here")');
  assert.match((await page.locator('.cm-lit').textContent()) ?? '', /httpPort: 8081/);
  await page.screenshot({ path: `${pictures}/pointing.png` });
  await page.locator('[role=tab]').first().focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => (document.querySelector<HTMLImageElement>('img.picture')?.naturalWidth ?? 0) > 100);
  await page.screenshot({ path: `${pictures}/picture.png` });
  await page.keyboard.press('ArrowRight');
  await page.waitForSelector('[role=tabpanel] pre.text:has-text("changed")');
  await page.screenshot({ path: `${pictures}/another-release.png` });
  await page.keyboard.press('ArrowRight');
  await page.locator('.panel textarea').fill(readFileSync('examples/check/mesh.yaml', 'utf8'));
  await page.waitForSelector('.verdicts li');
  await page.screenshot({ path: `${pictures}/check.png`, fullPage: true });
  await page.locator('button', { hasText: 'Share' }).click();
  await page.waitForFunction(() => location.hash.startsWith('#1.'));
  const shared = await page.evaluate(() => location.hash);
  const other = await open(browser, {}, shared);
  await other.waitForSelector('.cm-content:has-text("antiAfinity")');
  const secret =
    'gatewayProxies: {gatewayProxy: {podTemplate: {extraContainers: [{name: a, image: b, env: [{name: DB_PASSWORD, value: hunter2-hunter2}]}]}}}\n';
  await other.locator('.cm-content').fill(secret);
  await other.waitForSelector('.row:has-text("<hidden")');
  assert.ok(!((await other.locator('.panel').textContent()) ?? '').includes('hunter2'));
  await other.locator('input[type=checkbox]').check();
  await other.waitForSelector('.row:has-text("hunter2-hunter2")');
  console.log('by hand: pointing, keyboard, link, secrets');
  await page.context().close();
  await other.context().close();
}

/** Screenshots of the main states, to be reviewed. */
async function drawn(browser: Browser): Promise<void> {
  const states: Readonly<Record<string, BrowserContextOptions>> = {
    light: { viewport: { width: 1280, height: 860 }, colorScheme: 'light' },
    dark: { viewport: { width: 1280, height: 860 }, colorScheme: 'dark' },
    narrow: { viewport: { width: 360, height: 740 }, colorScheme: 'light', isMobile: true, hasTouch: true },
    'narrow-dark': { viewport: { width: 360, height: 740 }, colorScheme: 'dark', isMobile: true, hasTouch: true },
  };
  for (const [name, options] of Object.entries(states)) {
    const page = await open(browser, options);
    await page.waitForSelector('.cm-content');
    await page.waitForSelector('.cm-lintRange');
    await page.waitForSelector('.row');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${name} scrolls sideways by ${wide} pixels`);
    await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: name.startsWith('narrow') });
    await page.context().close();
  }
  console.log(`pictures: ${readdirSync(pictures).join(', ')}`);
}
