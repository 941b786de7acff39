import { html } from './html.ts';

/** The style of the page of differences, in light and dark mode. */
export const styleSheet = html`
:root { color-scheme: light dark; --back: #fff; --text: #1f2328; --soft: #59636e; --line: #d1d9e0; --card: #f6f8fa;
  --old: #ffebe9; --old-text: #82071e; --new: #dafbe1; --new-text: #0a5c23; --warn: #fff8c5; --warn-text: #6b4a00; }
@media (prefers-color-scheme: dark) { :root { --back: #0d1117; --text: #e6edf3; --soft: #9198a1; --line: #3d444d; --card: #151b23;
  --old: #3c1618; --old-text: #ffb3ad; --new: #12341f; --new-text: #86e29b; --warn: #3b2e06; --warn-text: #f2cc60; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 0 0 .75rem; overflow-wrap: anywhere; }
h3 { font-size: .95rem; margin: 1rem 0 .35rem; color: var(--soft); overflow-wrap: anywhere; }
code, pre, .lines { font: 13px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code, pre { overflow-wrap: anywhere; white-space: pre-wrap; }
pre { margin: 0; padding: .35rem .5rem; border-radius: 6px; }
.sides { display: flex; flex-wrap: wrap; gap: .5rem; color: var(--soft); margin: .25rem 0; }
.headline { font-weight: 600; margin: .5rem 0; }
.restarts { list-style: none; padding: 0; margin: .5rem 0 1rem; }
.badge, .mark { display: inline-block; border-radius: 1em; padding: 0 .6em; font-size: .8rem; font-weight: 600; }
.badge.yes, .mark.changed { background: var(--warn); color: var(--warn-text); }
.badge.no, .mark.added { background: var(--new); color: var(--new-text); }
.mark.removed { background: var(--old); color: var(--old-text); }
section { border: 1px solid var(--line); border-radius: 8px; background: var(--card); padding: 1rem; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
.changes { background: var(--back); border: 1px solid var(--line); }
.changes th { text-align: left; font-size: .8rem; color: var(--soft); font-weight: 600; }
.changes th, .changes td { padding: .35rem .5rem; border-top: 1px solid var(--line); vertical-align: top; }
.changes tr > :first-child { width: 34%; border-left: 3px solid transparent; }
.changes .added > :first-child { border-left-color: var(--new-text); }
.changes .removed > :first-child { border-left-color: var(--old-text); }
.changes .changed > :first-child { border-left-color: var(--warn-text); }
.meaning { margin: .15rem 0 0; font-size: .85rem; color: var(--soft); }
.none { color: var(--soft); }
.old { background: var(--old); color: var(--old-text); }
.new { background: var(--new); color: var(--new-text); }
code.old, code.new { border-radius: 4px; padding: 0 .25em; }
details { margin-top: .75rem; }
td details { margin: 0; }
summary { cursor: pointer; color: var(--soft); }
.lines { margin-top: .5rem; background: var(--back); border: 1px solid var(--line); }
.lines td { width: 50%; padding: 0 .5rem; white-space: pre-wrap; overflow-wrap: anywhere; vertical-align: top; }
.lines td + td { border-left: 1px solid var(--line); }
.lines .hunk td { color: var(--soft); background: var(--card); }
.lines .gap { background: var(--card); }
@media (max-width: 40rem) { body { padding: .75rem; } section { padding: .6rem; } }
`;
