/** The style of the HTML report: light and dark as the system asks, legible at arm's length, and on paper. */
export const style = `
:root { color-scheme: light dark; --bg: #f6f7f9; --card: #fff; --ink: #1b2027; --soft: #59636f; --line: #d5dbe2; --code: #eef1f5;
  --red: #b3192a; --red-bg: #fdecee; --amber: #8a5300; --amber-bg: #fff3dc; --green: #12693a; --green-bg: #e3f5ea; --blue: #1c569e; --blue-bg: #e6effa;
  --was: #fdecee; --is: #e3f5ea; --del: #f5b5bc; --ins: #a4dfba; --lane: #eceff3; --focus: #1c66d1; }
@media (prefers-color-scheme: dark) { :root { --bg: #0f1318; --card: #171d24; --ink: #e4e9ef; --soft: #9ba7b4; --line: #2c3640; --code: #202933;
  --red: #ff8a94; --red-bg: #3a181d; --amber: #f5bd62; --amber-bg: #362709; --green: #74d69c; --green-bg: #11301f; --blue: #8abaf5; --blue-bg: #14273e;
  --was: #311a1e; --is: #12291c; --del: #7c2a35; --ins: #1f6339; --lane: #1c242c; --focus: #7fb2ff; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--bg); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main, .verdict > div { max-width: 1240px; margin: 0 auto; padding: 0 20px; }
code, .diff { font-family: ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; font-size: 12.5px; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 26px; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 34px 0 10px; font-size: 19px; }
h3 { margin: 20px 0 8px; font-size: 15px; color: var(--soft); overflow-wrap: anywhere; }
h4 { margin: 0; font-size: 15.5px; font-weight: 600; overflow-wrap: anywhere; }
p { margin: 6px 0; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
.verdict { padding: 22px 0 20px; border-bottom: 1px solid var(--line); border-top: 8px solid; background: var(--card); }
.verdict.deny { border-top-color: var(--red); } .verdict.deny h1 { color: var(--red); }
.verdict.undecided { border-top-color: var(--amber); } .verdict.undecided h1 { color: var(--amber); }
.verdict.allow { border-top-color: var(--green); } .verdict.allow h1 { color: var(--green); }
.verdict p { color: var(--soft); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px; margin: 14px 0 0; }
.facts div { padding: 8px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--bg); }
.facts div:first-child { grid-column: span 2; }
nav { margin-top: 12px; display: flex; gap: 18px; } a { color: var(--blue); }
.facts dt { color: var(--soft); font-size: 12px; } .facts dd { margin: 0; font-size: 17px; font-weight: 600; overflow-wrap: anywhere; }
#tools { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; padding: 10px 0; margin-top: 14px; background: var(--bg); border-bottom: 1px solid var(--line); }
#search { flex: 1 1 260px; padding: 7px 10px; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--soft); border-radius: 6px; }
select { padding: 6px; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--soft); border-radius: 6px; }
#tools label { display: inline-flex; gap: 5px; align-items: center; white-space: nowrap; }
#result { flex-basis: 100%; color: var(--soft); font-size: 13px; }
.number { display: inline-block; min-width: 22px; padding: 0 7px; border-radius: 11px; background: var(--code); color: var(--ink); text-align: center; font-size: 13px; }
.badge { display: inline-block; padding: 0 8px; border-radius: 4px; font-size: 12.5px; font-weight: 600; line-height: 20px; background: var(--code); color: var(--soft); }
.badge.violation, .badge.removed { background: var(--red-bg); color: var(--red); } .badge.question, .badge.warning { background: var(--amber-bg); color: var(--amber); }
.badge.added { background: var(--green-bg); color: var(--green); } .badge.changed, .badge.waived { background: var(--blue-bg); color: var(--blue); }
.finding, .change { margin: 0 0 10px; padding: 12px 16px; background: var(--card); border: 1px solid var(--line); border-left: 5px solid var(--line); border-radius: 8px; }
.finding.violation { border-left-color: var(--red); } .finding.question, .finding.warning { border-left-color: var(--amber); } .finding.waived { border-left-color: var(--blue); }
.finding .place code { font-size: 14px; font-weight: 600; }
.finding dl { display: grid; grid-template-columns: max-content 1fr; gap: 1px 12px; margin: 8px 0 0; font-size: 13px; color: var(--soft); } .finding dd { margin: 0; overflow-wrap: anywhere; }
.fix { padding: 6px 10px; background: var(--green-bg); border-radius: 6px; } .fix b { color: var(--green); margin-right: 4px; }
.layers { margin: 8px 0; padding-left: 26px; font-size: 13.5px; } .layers .culprit { font-weight: 600; } .layers .culprit b { color: var(--red); }
.change > summary { cursor: pointer; overflow-wrap: anywhere; } .reach, .clusters { color: var(--soft); font-size: 13px; } .clusters { column-gap: 8px; }
.values { margin: 6px 0; padding-left: 20px; } del { background: var(--del); text-decoration: none; border-radius: 2px; } ins { background: var(--ins); text-decoration: none; border-radius: 2px; }
.values del { text-decoration: line-through; }
.scroll { overflow-x: auto; }
.rehearsal { margin: 0 0 10px; padding: 12px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; } .rehearsal > summary { cursor: pointer; }
.numbers { border-collapse: collapse; font-size: 13px; min-width: 860px; width: 100%; } .numbers th, .numbers td { padding: 3px 10px; text-align: right; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; }
.numbers th { color: var(--soft); font-weight: 600; } .numbers th:first-child { text-align: left; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 12px; } figure { margin: 0; } figcaption { color: var(--soft); font-size: 13px; text-align: center; }
.plot { width: 100%; display: block; } .plot text { font-size: 11px; fill: var(--soft); } .plot .end { text-anchor: end; } .plot .exposed { fill: var(--blue); }
.plot .axis { stroke: var(--soft); } .plot .exposure { fill: var(--blue); opacity: .28; } .plot .detected { fill: none; stroke: var(--red); stroke-width: 2; }
.diff { width: 100%; border-collapse: collapse; table-layout: fixed; background: var(--card); border: 1px solid var(--line); min-width: 760px; }
.diff th { padding: 2px 8px; text-align: left; color: var(--soft); font-weight: 600; background: var(--code); }
.diff td { padding: 0 8px; vertical-align: top; white-space: pre-wrap; overflow-wrap: anywhere; } .diff col.no { width: 46px; }
.diff td.no { padding: 0 6px; color: var(--soft); text-align: right; user-select: none; } .diff .was { background: var(--was); } .diff .is { background: var(--is); } .diff .none { background: var(--code); }
.diff .gap td { padding: 1px 8px; text-align: center; color: var(--soft); background: var(--code); }
.map { width: 100%; min-width: 900px; display: block; } .map text { text-anchor: middle; fill: var(--ink); font-size: 12px; pointer-events: none; } .map .wave { font-weight: 700; font-size: 14px; } .map .sub { fill: var(--soft); font-size: 11px; }
.lane { fill: var(--lane); } .lane.hit { stroke: var(--soft); stroke-width: 1.5; }
.tile rect { stroke-width: 1.5; } .tile.near rect { stroke: var(--ink); } .tile.far rect { opacity: .34; } .tile.far .land { opacity: .6; } .map .tile.near .land { fill: #fff; font-weight: 700; }
.tile.bad rect { stroke: var(--red); stroke-width: 4; opacity: 1; } .tile.chosen rect { stroke: var(--focus); stroke-width: 5; } .tile[role] { cursor: pointer; } .tile:focus-visible { outline-offset: 0; }
.c0 { fill: #2864b4; background: #2864b4; } .c1 { fill: #9c4a12; background: #9c4a12; } .c2 { fill: #13754e; background: #13754e; } .c3 { fill: #8a3a8f; background: #8a3a8f; }
.c4 { fill: #8a6500; background: #8a6500; } .c5 { fill: #0f7482; background: #0f7482; } .c6 { fill: #a83256; background: #a83256; } .c7 { fill: #5d6673; background: #5d6673; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; color: var(--soft); font-size: 13px; } .key { display: inline-block; width: 12px; height: 12px; margin-right: 5px; border-radius: 3px; vertical-align: -1px; }
.key.far { background: var(--soft); opacity: .35; } .key.bad { border: 3px solid var(--red); }
footer { margin: 40px 0 24px; color: var(--soft); font-size: 13px; overflow-wrap: anywhere; } .empty { color: var(--soft); } kbd { padding: 0 5px; border: 1px solid var(--line); border-radius: 4px; font-size: 12px; }
@media (max-width: 700px) { main, .verdict > div { padding: 0 12px; } h1 { font-size: 21px; } .map { min-width: 760px; } #tools { position: static; } .hint { display: none; } .facts div:first-child { grid-column: auto; } }
@media print { :root { --bg: #fff; --card: #fff; --ink: #000; --soft: #444; } body { font-size: 11px; } #tools, nav { display: none !important; } .scroll { overflow: visible; } .diff, .map { min-width: 0; }
  .finding, .diff tr { break-inside: avoid; } h2, h3 { break-after: avoid; } .badge, del, ins, .was, .is, .tile rect, .key { print-color-adjust: exact; } }
`;
