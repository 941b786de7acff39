/** The licences that the package passes on, in one text. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The licence texts of every package that went into a bundle. */
export function noticesOf(inputs) {
  const packages = new Set(
    inputs.map((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean),
  );
  /** Most share one text but for whose it is: that text is said once. */
  const byText = new Map();
  for (const folder of [...packages].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} ${version} (${license}) has no licence file to pass on`);
    const paragraphs = readFileSync(join(folder, file), 'utf8')
      .trim()
      .split(/\r?\n(?:[ \t]*\r?\n)+/);
    const isOwn = (text) =>
      /^\s*(copyright|\(?the \)?mit licen[cs]e|mit licen[cs]e|\(mit\)|isc licen[cs]e)/i.test(text) && text.length < 400;
    const whose = [
      `${name} ${version} (${license})`,
      ...paragraphs.filter((text) => isOwn(text) && !/\{yyyy\}/.test(text)).map((text) => text.replace(/^/gm, '  ')),
    ];
    const ours = license === 'Apache-2.0' && 'Licensed as glistio itself is: see the file LICENSE of this package.';
    const text = ours || paragraphs.filter((paragraph) => !isOwn(paragraph)).join('\n\n');
    const key = text.replace(/[\s"'`]+/g, ' ').toLowerCase();
    const entry = byText.get(key) ?? { whose: [], text };
    entry.whose.push(whose.join('\n'));
    byText.set(key, entry);
  }
  const notices = [...byText.values()].map(({ whose, text }) => `${whose.join('\n\n')}\n\n${text}\n`);
  return `glistio contains the following packages.\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
