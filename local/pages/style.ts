/** The look of the pages: one column, readable on a phone, light and dark. */
export const style = `
:root { color-scheme: light dark; --ink: #1d2433; --soft: #5c6577; --line: #e1e5ec; --paper: #fff; --back: #f4f6f9;
  --accent: #c2500a; --link: #0b5cad; --warn: #8a4b00; --warn-back: #fff1dc; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #9aa4b5; --line: #323a48; --paper: #1c222c;
  --back: #12161d; --accent: #ff9a55; --link: #7db8ff; --warn: #ffc57a; --warn-back: #40300f; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
header { background: var(--paper); border-bottom: 3px solid var(--accent); }
header > div, main { max-width: 62rem; margin: 0 auto; padding: .8rem 1rem; }
header > div { display: flex; flex-wrap: wrap; gap: .6rem 1.2rem; align-items: center; justify-content: space-between; }
header strong a { color: var(--ink); font-size: 1.15rem; }
form { display: flex; gap: .4rem; } input, button { font: inherit; padding: .35rem .7rem; border-radius: .4rem;
  border: 1px solid var(--line); background: var(--paper); color: var(--ink); min-width: 0; }
input { width: 17rem; max-width: 60vw; } button { background: var(--accent); border-color: var(--accent); color: var(--paper); }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .8rem 0 .2rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 1.6rem 0 .5rem; }
.soft { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
.counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr)); gap: .6rem; padding: 0; margin: 1rem 0; list-style: none; }
.counts li, .card { background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; padding: .6rem .8rem; }
.counts b { display: block; font-size: 1.5rem; line-height: 1.2; }
.tree, .tree ul { list-style: none; margin: 0; } .tree ul { margin-left: .3rem; padding: 0 0 0 1.1rem; border-left: 2px solid var(--line); }
.tree li { margin: .3rem 0; overflow-wrap: anywhere; }
.tree summary { cursor: pointer; font-weight: 600; } .tree summary .soft { font-weight: 400; }
.badge { display: inline-block; padding: 0 .5rem; border-radius: 1rem; font-size: .8rem; background: var(--back);
  border: 1px solid var(--line); color: var(--soft); white-space: nowrap; }
h1 .badge { font-weight: 500; vertical-align: middle; }
.badge.warn { background: var(--warn-back); border-color: transparent; color: var(--warn); }
.scroll { overflow-x: auto; padding: 0; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .45rem .8rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-size: .85rem; font-weight: 600; } tr:last-child td { border-bottom: 0; }
td { overflow-wrap: anywhere; } .pages { display: flex; gap: 1rem; margin: .8rem 0; }
@media (max-width: 36rem) { thead { display: none; } tr { display: block; padding: .5rem .8rem; border-bottom: 1px solid var(--line); }
  tr:last-child { border-bottom: 0; } td { display: block; padding: .05rem 0; border: 0; } td:empty { display: none; } input { width: 12rem; } }
`;
