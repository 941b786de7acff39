import type { Bar } from './io.ts';

/** Where a bar is drawn; a terminal has a width. */
export interface BarStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** In milliseconds. Shorter intervals cannot be read, and drawing slows the work down. */
const interval = 125;
/** The rate of the last five seconds, because some clusters take longer than others. */
const remembered = 5000 / interval;
/** Returns to the start of the line and clears it. The cursor stays visible, so nothing has to be restored. */
const clear = '\r\u001b[K';

/**
 * A progress bar on stderr; if the total is unknown, only the count is shown. Without a terminal nothing is drawn, and
 * `stop` removes the bar.
 */
export function progressBar(
  total: number | undefined,
  stream: BarStream = process.stderr,
  now: () => number = () => performance.now(),
): Bar {
  if (!stream.isTTY) return { update() {}, stop() {} };
  const started = now();
  const samples = [{ time: started, done: 0 }];
  const draw = (...state: State): unknown => {
    const columns = (stream.columns || 80) - 1;
    return stream.write(`${clear}${lineOf(columns, total, ...state).slice(0, columns)}`);
  };
  draw(0, 0, 0, undefined);
  return {
    update(done, failed) {
      const time = now();
      const last = samples.at(-1);
      if (last !== undefined && time - last.time < interval && done !== total) return;
      samples.push({ time, done });
      if (samples.length > remembered) samples.shift();
      const [first = { time, done }] = samples;
      const rate = (done - first.done) / (time - first.time);
      const left = total !== undefined && rate > 0 ? (total - done) / rate : undefined;
      draw(done, failed, time - started, left);
    },
    stop() {
      stream.write(clear);
    },
  };
}

type State = [done: number, failed: number, elapsed: number, left: number | undefined];

function lineOf(columns: number, total: number | undefined, ...[done, failed, elapsed, left]: State): string {
  if (total === undefined) return `${done} clusters, ${failed} failed, ${duration(elapsed)}`;
  const share = total === 0 ? 1 : Math.min(done / total, 1);
  const remaining = left === undefined ? '' : `, ${duration(left)} to go`;
  const words = ` ${Math.floor(share * 100)}% | ${done} of ${total} clusters, ${failed} failed${remaining}`;
  // The bar takes the width that the text leaves.
  const size = Math.max(0, Math.min(40, columns - words.length));
  const filled = Math.floor(share * size);
  return '█'.repeat(filled) + '░'.repeat(size - filled) + words;
}

/** `7s`, `2m05s`, `1h02m`. */
function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}m${two(seconds % 60)}s` : `${Math.floor(minutes / 60)}h${two(minutes % 60)}m`;
}
