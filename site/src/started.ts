import type { Drawing, Input } from './answers.ts';
import type { abandon, ask } from './asking.ts';
import type { toFragment } from './link.ts';

/** What the first program, which is part of the document, leaves to the page: nothing can be imported from there. */
interface Started {
  readonly input: Input;
  /** Whether a link was opened that cannot be read. */
  readonly isDamaged: boolean;
  /** The first answer, which was requested before the page was loaded. */
  readonly drawn: Promise<Drawing | undefined>;
  readonly ask: typeof ask;
  readonly abandon: typeof abandon;
  readonly toFragment: typeof toFragment;
}

declare global {
  var started: Started;
}
