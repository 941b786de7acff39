/**
 * The build's last step: runs the command once and keeps what V8 compiled for it, so that later runs need not compile. Started
 * as a process of its own, because what is kept is what this process used.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { compileBundle, compiledFile, loadBundle } = createRequire(import.meta.url)('../dist/cli.cjs');
const script = compileBundle();
process.argv.splice(2, Number.POSITIVE_INFINITY, 'render', '-f', 'examples/istio-sds/values.yaml');
process.on('exit', () => {
  if (process.exitCode === 0) writeFileSync(compiledFile, script.createCachedData());
});
await loadBundle(script).start();
