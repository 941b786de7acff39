import type { SingleBar as Bar, Options } from 'cli-progress';
// @ts-expect-error: the package's types know its front door only, through which everything else of it comes along
import SingleBar from 'cli-progress/lib/single-bar.js';

const makeBar: new (options: Options) => Bar = SingleBar;

/** A bar on stderr that shows how far a run is; without a known end, only how much is done. */
export function progressBar(total: number | undefined): { update(done: number, failed: number): void; stop(): void } {
  const format =
    total === undefined
      ? '{value} clusters, {failed} failed, {duration_formatted}'
      : '{bar} {percentage}% | {value} of {total} clusters, {failed} failed, {eta_formatted} to go';
  const bar = new makeBar({
    format,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    fps: 8,
    etaBuffer: 50,
    barCompleteChar: '█',
    barIncompleteChar: '░',
  });
  bar.start(total ?? 0, 0, { failed: 0 });
  return {
    update: (done, failed) => bar.update(done, { failed }),
    stop: () => bar.stop(),
  };
}
