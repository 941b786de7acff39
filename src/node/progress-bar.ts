import { Presets, SingleBar } from 'cli-progress';

/** A bar on stderr that shows how far a run is; without a known end, only how much is done. */
export function progressBar(total: number | undefined): { update(done: number, failed: number): void; stop(): void } {
  const format =
    total === undefined
      ? '{value} clusters, {failed} failed, {duration_formatted}'
      : '{bar} {percentage}% | {value} of {total} clusters, {failed} failed, {eta_formatted} to go';
  const bar = new SingleBar(
    { format, stream: process.stderr, clearOnComplete: true, hideCursor: true, fps: 8, etaBuffer: 50 },
    Presets.shades_classic,
  );
  bar.start(total ?? 0, 0, { failed: 0 });
  return {
    update: (done, failed) => bar.update(done, { failed }),
    stop: () => bar.stop(),
  };
}
