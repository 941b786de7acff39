import type { Bar, Io } from '../node/io.ts';
import { shown } from '../printable.ts';
import { counted, grouped } from '../words.ts';

/** A progress bar on a terminal; otherwise an occasional line, at most some twenty in all. */
export async function startProgress(
  total: number | undefined,
  { io, quiet, isPrinting }: { readonly io: Io; readonly quiet: boolean; readonly isPrinting: boolean },
): Promise<Bar> {
  if (quiet) return silent;
  if (io.startBar !== undefined) return (await io.startBar(total, isPrinting)) ?? silent;
  return inLines(total, (text) => io.stderr(shown`${text}\n`));
}

const silent: Bar = { update() {}, stop() {} };

/** Fewer clusters finish before a user could read a line. */
const worthTelling = 1000;

function inLines(total: number | undefined, print: (text: string) => void): Bar {
  if (total !== undefined && total < worthTelling) return silent;
  let next = total === undefined ? worthTelling : Math.ceil(total / 10);
  return {
    update(done, failed) {
      if (done < next || done === total) return;
      const of = total === undefined ? counted(done, 'cluster') : `${grouped(done)} of ${counted(total, 'cluster')}`;
      print(`${of} done${failed > 0 ? `, ${grouped(failed)} failed` : ''}`);
      // Without a known end the lines become rarer.
      while (next <= done) next = total === undefined ? next * 2 : next + Math.ceil(total / 10);
    },
    stop() {},
  };
}
