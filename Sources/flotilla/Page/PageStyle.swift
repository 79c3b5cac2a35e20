/// How the page looks: light or dark as the reader's system is, on screens from 360 points on, and on paper.
enum PageStyle {
    /// The style sheet.
    static let sheet: HTML = """

        :root {
          color-scheme: light dark;
          --paper: #ffffff; --panel: #f7f6f3; --ink: #1b1a18; --quiet: #66625b; --line: #e3dfd8;
          --good: #1b7446; --bad: #b3261e; --waiting: #8a5300; --link: #1f4fa8;
          --primary: #1f4fa8; --canary: #b3460a; --baseline: #6b3fb5; --tint: #fdf3f1;
          --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
          --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #161615; --panel: #201f1d; --ink: #eeece7; --quiet: #a8a49b; --line: #38362f;
            --good: #5fcb90; --bad: #ff8f80; --waiting: #e8b65a; --link: #8db4ff;
            --primary: #8db4ff; --canary: #f2a56a; --baseline: #c3a4ff; --tint: #2a1d1b;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body {
          margin: 0 auto; padding: 3.5rem 2rem 3rem; max-width: 76rem; background: var(--paper); color: var(--ink);
          font: 400 1rem/1.55 var(--sans); font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
        }
        h1, h2, h3, h4, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
        ul, ol { list-style: none; }
        h1 { font-size: clamp(2.1rem, 5vw, 3rem); line-height: 1.1; font-weight: 650; letter-spacing: -.025em; }
        h2 { font-size: 1.3rem; font-weight: 620; letter-spacing: -.012em; margin-bottom: 1rem; }
        h3 { font-size: 1.02rem; font-weight: 620; }
        h4 { font-size: .92rem; font-weight: 620; }
        code { font-family: var(--mono); font-size: .88em; }
        a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: .2em; }
        a:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 3px; border-radius: 3px; }
        .quiet, .time, caption, dt, footer { color: var(--quiet); }
        .forms { position: absolute; }
        section { margin-top: 3.2rem; }

        .kind { color: var(--quiet); font-size: .82rem; letter-spacing: .09em; text-transform: uppercase; }
        .verdict { display: flex; align-items: center; gap: .6rem; margin-top: .9rem; font-size: 1.3rem; line-height: 1.35; }
        .verdict .sign { width: 1.25rem; height: 1.25rem; }
        .facts { display: flex; flex-wrap: wrap; gap: .9rem 2.6rem; margin-top: 1.5rem; padding-top: 1.1rem; border-top: 1px solid var(--line); }
        dt { font-size: .82rem; }

        .sign { width: .95rem; height: .95rem; flex: none; vertical-align: -.12em; }
        .sign.good, .state.good { color: var(--good); }
        .sign.bad, .state.bad { color: var(--bad); }
        .sign.waiting, .state.waiting { color: var(--waiting); }
        .sign.paused, .sign.unknown, .sign.none, .state.paused, .state.unknown, .state.none { color: var(--quiet); }
        .state { display: inline-flex; align-items: baseline; gap: .4rem; }
        .state .sign { align-self: center; }

        .attention { display: grid; gap: .7rem; }
        .attention > li { padding: .85rem 1.1rem; border-left: 3px solid var(--quiet); border-radius: 0 6px 6px 0; background: var(--panel); }
        .attention > li.bad { border-left-color: var(--bad); background: var(--tint); }
        .attention > li.waiting { border-left-color: var(--waiting); }
        .what { display: flex; flex-wrap: wrap; gap: .1rem .7rem; align-items: baseline; }
        .attention .why { margin-top: .15rem; }
        .attention .rest { background: none; border: 0; padding: .2rem 0; color: var(--quiet); }
        .matrix + .attention { margin-top: 1.2rem; }

        table { width: 100%; border-collapse: collapse; font-size: .94rem; }
        caption { text-align: left; font-size: .86rem; padding-bottom: .5rem; }
        th, td { text-align: left; vertical-align: top; padding: .55rem 1.1rem .55rem 0; border-top: 1px solid var(--line); font-weight: 400; }
        th:last-child, td:last-child { padding-right: 0; }
        thead th { border-top: 0; padding-block: 0 .5rem; color: var(--quiet); font-size: .84rem; vertical-align: bottom; }
        .overview tbody th, .matrix tbody th { font-weight: 600; }
        .overview td, .matrix td { white-space: nowrap; }
        .matrix td { line-height: 1.35; }
        .matrix td .time { color: inherit; font-size: .9rem; }
        .matrix td.loud .time { display: block; font-size: .84rem; padding-left: 1.35rem; color: var(--quiet); }
        .matrix td.quiet { color: var(--ink); }
        .spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        .lead { max-width: 62rem; margin-bottom: 1.3rem; }
        .lead .quiet { font-size: .86rem; }

        .bar { display: flex; gap: 2px; width: 100%; min-width: 7rem; max-width: 14rem; height: .5rem; border-radius: .25rem; overflow: hidden; margin: .35rem 0 .3rem; }
        .bar span { flex-basis: 0; min-width: 3px; }
        .bar .primary { background: var(--primary); } .bar .canary { background: var(--canary); } .bar .baseline { background: var(--baseline); }
        .words { display: flex; flex-wrap: wrap; gap: 0 .8rem; font-size: .86rem; }
        .word.primary, .names .primary { color: var(--primary); } .word.canary, .names .canary { color: var(--canary); } .word.baseline, .names .baseline { color: var(--baseline); }

        .charts { display: grid; gap: 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 29rem), 1fr)); }
        section h3 + .charts { margin-top: .8rem; }
        .lead ~ h3 { margin-top: 2rem; }
        .traffic { max-width: 46rem; }
        figcaption { font-size: .92rem; margin-bottom: .6rem; }
        .plot { display: grid; grid-template: 9rem auto / 2.8rem minmax(0, 1fr) 7.2rem; column-gap: .5rem; }
        .plot svg { width: 100%; height: 100%; overflow: visible; display: block; }
        .scale { display: flex; flex-direction: column; justify-content: space-between; text-align: right; font-size: .76rem; line-height: 1; margin-block: -.38rem; color: var(--quiet); white-space: nowrap; }
        .grid { fill: none; stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
        .line { fill: none; stroke-width: 2.5; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
        .line.primary { stroke: var(--primary); } .line.canary { stroke: var(--canary); stroke-dasharray: 7 3; } .line.baseline { stroke: var(--baseline); stroke-dasharray: 2 3; }
        .names { position: relative; font-size: .86rem; line-height: 1; }
        .names span { position: absolute; left: 0; transform: translateY(-50%); white-space: nowrap; }
        .times { grid-column: 2; display: flex; justify-content: space-between; font-size: .76rem; color: var(--quiet); padding-top: .5rem; }
        .steps { display: flex; flex-wrap: wrap; gap: .1rem 1.6rem; margin: .7rem 0 0 3.3rem; font-size: .88rem; }
        .steps time { color: var(--quiet); margin-right: .3rem; }

        details { border-top: 1px solid var(--line); padding: .8rem 0; scroll-margin-top: 1rem; }
        details[open] { padding-bottom: 1.8rem; }
        summary { cursor: pointer; padding: .2rem 0; }
        summary > * { display: inline-flex; margin-right: .9rem; }
        summary h3 { display: inline-block; margin-left: .25rem; }
        .notes { margin: .5rem 0 .3rem; padding-left: 1.1rem; list-style: disc; }
        .drift { margin: .8rem 0 1rem; padding: .85rem 1.1rem; background: var(--panel); border-radius: 6px; font-size: .92rem; }
        .drift p { font-size: .86rem; margin-bottom: .3rem; }
        .drift li { padding: .2rem 0; }
        .drift code { margin-right: .5rem; }
        .values { display: inline-block; }
        del { text-decoration: none; color: var(--quiet); } ins { text-decoration: none; font-weight: 600; }
        .tree { margin-top: .7rem; }
        .tree caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        .tree th, .tree td { padding-block: .4rem; }
        .tree td { white-space: nowrap; }
        .tree tbody th { padding-left: calc(var(--depth) * 1.4rem); width: 46%; }
        .tree tbody tr:not([style$=":0"]) > * { border-top-color: transparent; }
        .tree .name { display: block; }
        .tree th .why { display: block; color: var(--quiet); font-size: .9rem; margin-top: .1rem; max-width: 46rem; }
        .fold .name { color: var(--quiet); }
        footer { margin-top: 3.5rem; padding-top: 1.1rem; border-top: 1px solid var(--line); font-size: .86rem; }

        @media (max-width: 52rem) {
          body { padding: 2rem 1.15rem; }
          section { margin-top: 2.5rem; }
          table, thead, tbody, tr, th, td, caption { display: block; }
          thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          tbody tr { display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; padding: .7rem 0; border-top: 1px solid var(--line); }
          tbody th, tbody td, .tree th, .tree td { border: 0; padding: 0; white-space: normal; }
          tbody th { flex-basis: 100%; }
          td.empty { display: none; }
          td::before { content: attr(data-label) " "; color: var(--quiet); font-size: .86rem; margin-right: .3rem; }
          .overview td[data-label="Health"]::before, .tree td[data-label="Health"]::before { content: none; }
          .overview td[data-label="Traffic"] { flex-basis: 100%; }
          .overview td[data-label="Traffic"]::before { content: none; }
          .matrix tbody tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.4rem, 1fr)); gap: .5rem 1rem; }
          .matrix tbody th { grid-column: 1 / -1; }
          .matrix td::before { display: block; line-height: 1.3; }
          .matrix td.loud .time { display: inline; padding: 0; }
          .tree tbody tr { padding: .5rem 0 .5rem calc(var(--depth) * .9rem); font-size: .92rem; }
          .tree tbody tr:not([style$=":0"]) { border-top-color: transparent; }
          .tree tbody th { padding: 0; width: auto; }
          .tree th .why { color: var(--ink); }
          .plot { grid-template: 8rem auto / 2.4rem minmax(0, 1fr) 6.4rem; }
          .steps { margin-left: 0; }
        }
        @media print {
          :root {
            --paper: #fff; --panel: #fff; --tint: #fff; --ink: #000; --quiet: #444; --line: #bbb; --good: #1b7446; --bad: #b3261e;
            --waiting: #8a5300; --primary: #1f4fa8; --canary: #b3460a; --baseline: #6b3fb5;
          }
          body { padding: 0; max-width: none; font-size: 9.5pt; }
          section { margin-top: 1.6rem; }
          tr, li, figure { break-inside: avoid; }
          h2, h3, summary { break-after: avoid; }
          details::details-content { content-visibility: visible; display: block; }
          .bar, .attention > li { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }

        """
}
