import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/**
 * Puts the page's first program into the document: it starts the worker, which should not wait for another file. The
 * content security policy allows this program by its hash. The page itself is loaded at the same time.
 */
export const inDocument: Plugin = {
  name: 'in-document',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const first = Object.values(bundle).find((file) => file.type === 'chunk');
      const script = /<script[^>]* src="[^"]+"><\/script>/;
      if (first === undefined || !script.test(html)) throw new Error('the document loads no program');
      delete bundle[first.fileName];
      const code = first.code.trim().replaceAll('</script', '<\\/script');
      const hash = createHash('sha256').update(code).digest('base64');
      const [page] = /assets\/page-[\w-]+\.js/.exec(code) ?? [];
      return html
        .replace(script, () => `<script type="module" async>${code}</script>`)
        .replace('</title>', `</title>\n    <link rel="modulepreload" href="./${page}" />`)
        .replace("script-src 'self'", `script-src 'self' 'sha256-${hash}'`);
    },
  },
};
