"""How a page looks: on a phone and on paper too, light or dark as its reader has it."""

STYLE = """
:root { color-scheme: light dark; --ink: #1c2024; --paper: #fcfcfd; --soft: #60646c; --line: #d9d9e0; --hover: #e6edfe;
  --good: #18794e; --bad: #c62a2f; --mild: #8a5a00; --cut: #5b5bd6 }
@media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --paper: #111113; --soft: #b0b4ba; --line: #43484e;
  --hover: #1d2e62; --good: #3dd68c; --bad: #ff9592; --mild: #ffca16; --cut: #b1a9ff } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif }
h1 { font-size: 1.4rem; line-height: 1.25; overflow-wrap: anywhere }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line) }
h3 { font: 600 1rem/1.4 ui-monospace, monospace; margin: 1rem 0 .2rem; overflow-wrap: anywhere }
h3 small { font-weight: 400; color: var(--soft) }
p { margin: .3rem 0; overflow-wrap: anywhere }
.soft { color: var(--soft) }
.wide { overflow-x: auto }
table { border-collapse: collapse; font: .95rem/1.5 ui-monospace, monospace }
.matrix { border-inline: 2px solid var(--ink); border-radius: .4rem }
.matrix td { padding: 0; text-align: right; white-space: nowrap }
.matrix td > * { display: block; width: 100%; padding: .1rem calc(.8ch + var(--after, 0) * 1ch) .1rem .8ch;
  font: inherit; color: inherit; background: none; border: 0; text-align: right }
.matrix button { cursor: pointer }
.matrix button:hover, .matrix button:focus-visible { background: var(--hover) }
.blank { min-width: 7ch; height: 1.9em; border: 1px solid var(--line) !important }
.list td, .list th { padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line) }
.list td { white-space: pre-wrap; overflow-wrap: anywhere }
.line { padding-left: calc(var(--in) * .6em + 1.2em); text-indent: -1.2em }
.match, .agrees, .passed { color: var(--good) }
.cause, .differs, .failed { color: var(--bad); font-weight: 600 }
.consequence, .skipped { color: var(--soft) }
.misprint { color: var(--mild); font-weight: 600 }
.truncated { color: var(--cut) }
[popover] { position: fixed; inset: auto 0 0 0; width: 100%; max-width: 60rem; max-height: 60vh; margin: 0 auto;
  overflow: auto; padding: 1rem; border: 1px solid var(--line); border-radius: .8rem .8rem 0 0; color: inherit;
  background: var(--paper); box-shadow: 0 0 2rem #0006; font: .95rem/1.6 ui-monospace, monospace }
[popover] h4 { margin: 0 0 .4rem; font-size: 1rem }
[popover] p { padding-left: 2ch; text-indent: -2ch }
[popover] button { padding: 0; border: 0; background: none; font: inherit; color: inherit; cursor: pointer;
  text-decoration: underline dotted; text-underline-offset: .2em }
[popover] .close { float: right; text-decoration: none; font-size: 1.2rem; padding: 0 .4rem }
@media print { [popover] { display: none } body { max-width: none } .matrix, h2, h3 { break-inside: avoid } }
"""
