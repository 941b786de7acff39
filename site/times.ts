/** Measures the first answer as a user gets it: in tabs that no developer tools are attached to. */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { chromium } from 'playwright-core';

/** The times of one load, in milliseconds. */
export interface LoadTimes {
  readonly fromNavigation: number;
  readonly fromStart: number;
}

/**
 * Opens the page `runs` times in a Chromium, one tab after another; `opened` waits until a tab has its first answers.
 * With tools attached V8 records a detailed trace for every Error, also for the one that Handlebars creates when it is
 * loaded, and parses the whole worker again for it; so the tools are attached afterwards, to read the marks.
 */
export async function timesOfLoads(
  executablePath: string,
  address: string,
  runs: number,
  opened: () => Promise<unknown>,
): Promise<LoadTimes[]> {
  const profile = mkdtempSync(join(tmpdir(), 'glistio-site-'));
  const options = ['--headless=new', '--no-sandbox', '--no-first-run', '--remote-debugging-port=0'];
  const child = spawn(executablePath, [...options, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  try {
    const tools = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.stderr.on('data', (chunk) => {
        said += chunk;
        const [, host] = /listening on ws:\/\/([^/]+)/.exec(said) ?? [];
        if (host !== undefined) resolve(`http://${host}`);
      });
      child.on('exit', () => reject(new Error(`Chromium ended: ${said}`)));
    });
    // The first tab also warms the browser up, and is not counted.
    for (let run = 0; run <= runs; run++) {
      const isOpen = opened();
      await fetch(`${tools}/json/new?${address}?${run}`, { method: 'PUT' });
      await isOpen;
      // The tab loads its editor now; the next one should not compete with it.
      await setTimeout(1500);
    }
    const browser = await chromium.connectOverCDP(tools);
    const pages = browser.contexts().flatMap((context) => context.pages());
    const counted = pages.filter((page) => page.url().startsWith(address) && !page.url().endsWith('?0'));
    const times = await Promise.all(
      counted.map((page) =>
        page.evaluate(() => {
          const [answer = 0, start = 0] = ['first-answer', 'start'].map(
            (name) => performance.getEntriesByName(name)[0]?.startTime,
          );
          return { fromNavigation: answer, fromStart: answer - start };
        }),
      ),
    );
    await browser.close();
    return times;
  } finally {
    child.kill();
    await ended;
    // Chromium's other processes may still write there for a moment.
    await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  }
}
