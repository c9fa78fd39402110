"use strict";
// Draws the charts above their tables. Numbers, words and links come from the page's data: only positions are worked
// out here. Colours are variables of page.css, so that a change of the colour scheme needs no new drawing.
(() => {
  const facts = JSON.parse(document.getElementById("facts").textContent);
  const INK = "currentColor";
  const MUTED = "var(--muted)";
  const LINE = "var(--line)";
  const GROUND = "var(--ground)";
  const LEAD = "var(--accent)";
  const PHONE = 800; // as in page.css
  const TARGET = 12; // radius of the area that reacts, in pixels: a finger needs 24
  const BASE = {
    className: "plot",
    style: { background: "transparent", fontSize: "12px", fontFamily: "inherit" },
    color: { type: "identity" },
  };

  const percent = (share) => `${+(100 * share).toFixed(1)}\u00a0%`;
  const colourOf = (one) => (one.leads ? LEAD : MUTED);

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  // Draws now, and again whenever the width has changed.
  function fill(box, draw) {
    if (!box) return;
    let drawn = 0;
    const run = () => {
      const style = getComputedStyle(box);
      const width = Math.floor(box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight));
      if (width > 0 && width !== drawn) {
        drawn = width;
        box.replaceChildren(...draw(width, box));
      }
    };
    run();
    new ResizeObserver(() => requestAnimationFrame(run)).observe(box);
  }

  // Plot names its groups by aria-label, which is not allowed on a group without a role.
  function describe(svg, role, label) {
    for (const group of svg.querySelectorAll("g[aria-label]")) group.removeAttribute("aria-label");
    for (const text of svg.querySelectorAll("text")) text.parentNode.setAttribute("aria-hidden", "true");
    svg.setAttribute("role", role);
    svg.setAttribute("aria-label", label);
    return svg;
  }

  function decorative(svg) {
    for (const group of svg.querySelectorAll("g[aria-label]")) group.removeAttribute("aria-label");
    svg.setAttribute("aria-hidden", "true");
    return svg;
  }

  // One stop of the Tab key for each chart; arrow keys go from link to link within it.
  function rove(svg) {
    const links = [...svg.querySelectorAll("a")];
    const choose = (wanted) => links.forEach((link) => link.setAttribute("tabindex", link === wanted ? "0" : "-1"));
    for (const link of links) {
      const mark = link.querySelector("[aria-label]");
      link.setAttribute("aria-label", mark.getAttribute("aria-label"));
      mark.removeAttribute("aria-label");
    }
    choose(links[0]);
    svg.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      const place = links.indexOf(event.target.closest("a"));
      if (!step || place < 0) return;
      event.preventDefault();
      const next = links[(place + step + links.length) % links.length];
      choose(next);
      next.focus();
    });
    return svg;
  }

  // Dots with intervals: full ones, and hollow ones with a dashed line where they stand on little.
  function intervals(data, y) {
    const full = data.filter((one) => !one.hollow);
    const hollow = data.filter((one) => one.hollow);
    const ends = { x1: "low", x2: "high", y1: y, y2: y };
    return [
      Plot.link(full, { ...ends, stroke: colourOf, strokeWidth: 10, strokeOpacity: 0.26 }),
      Plot.link(full, { ...ends, stroke: colourOf, strokeWidth: 2 }),
      Plot.link(hollow, { ...ends, stroke: MUTED, strokeWidth: 1.5, strokeDasharray: "4 3" }),
      Plot.dot(full, { x: "share", y, r: 5.5, fill: colourOf, stroke: GROUND, strokeWidth: 1.5 }),
      Plot.dot(hollow, { x: "share", y, r: 5, fill: GROUND, stroke: MUTED, strokeWidth: 2 }),
    ];
  }

  // Gridlines run through from row to row, also where a long name makes one higher.
  function heightOf(cell) {
    cell.replaceChildren();
    return Math.max(64, cell.clientHeight);
  }

  function standings({ scale, average, rows }) {
    const x = { domain: scale, axis: null };
    const ticks = (width) => (width < 300 ? 4 : 6);
    const base = (width, height) => ({
      ...BASE, width, height, x, y: { domain: [-1, 1], axis: null },
      marginLeft: 18, marginRight: 18, marginTop: 0, marginBottom: 0,
    });
    fill(document.querySelector("#standings .axis"), (width) => [
      decorative(Plot.plot({
        ...base(width, 20),
        marks: [Plot.axisX({ anchor: "bottom", ticks: ticks(width), tickFormat: percent, tickSize: 0, color: MUTED, insetBottom: 18 })],
      })),
    ]);
    for (const cell of document.querySelectorAll("#standings td[data-row]")) {
      const row = rows[cell.dataset.row];
      fill(cell, (width) => [
        decorative(Plot.plot({
          ...base(width, innerWidth > PHONE ? heightOf(cell) : 32),
          marks: [
            Plot.gridX({ ticks: ticks(width), stroke: LINE, strokeOpacity: 1 }),
            Plot.ruleX([average], { stroke: INK }),
            ...intervals([row], () => 0),
          ],
        })),
      ]);
    }
  }

  function panels(id, { rows, panels: groups }) {
    const longest = Math.max(...rows.map((row) => row.label.length));
    fill(document.getElementById(id), (room, box) => {
      const gap = 28;
      const names = Math.min(170, 24 + 6.8 * longest);
      const together = Math.min(groups.length, Math.floor((room - names + gap) / (140 + gap)));
      const isOneLine = together >= groups.length && room >= 640;
      const columns = isOneLine ? groups.length : Math.max(1, Math.floor((room + gap) / (names + 170 + gap)));
      const inner = isOneLine
        ? Math.floor((room - names - gap * (columns - 1)) / columns)
        : Math.floor((room - gap * (columns - 1)) / columns - names);
      box.style.gridTemplateColumns = isOneLine
        ? `${names + inner}px repeat(${columns - 1}, ${inner}px)`
        : `repeat(${columns}, minmax(0, 1fr))`;
      box.style.columnGap = `${gap}px`;
      return groups.map((group, place) => {
        const hasNames = !isOneLine || place === 0;
        return panel(group, rows, inner, hasNames ? names : 0, isOneLine && hasNames);
      });
    });
  }

  function panel(group, rows, inner, names, isIndented) {
    const dots = group.dots.map((dot, row) => ({ ...dot, row, leads: rows[row].leads }));
    const drawn = dots.filter((dot) => dot.share !== undefined);
    const y = "row";
    const ticks = Math.max(2, Math.floor(inner / 62)); // room for "100 %" at each
    const svg = Plot.plot({
      ...BASE,
      width: inner + names, height: 26 * rows.length + 28,
      marginLeft: names || 6, marginRight: 12, marginTop: 2, marginBottom: 24,
      x: { domain: group.scale },
      y: { type: "point", domain: rows.map((_, row) => row), padding: 0.5, axis: null },
      marks: [
        Plot.gridX({ ticks, stroke: LINE, strokeOpacity: 1 }),
        Plot.axisX({ ticks, tickFormat: percent, tickSize: 0, label: null, color: MUTED }),
        names
          ? Plot.axisY({
            tickFormat: (row) => rows[row].label, tickSize: 0, tickPadding: 10, label: null, color: INK,
            lineWidth: (names - 12) / 12, textOverflow: "ellipsis",
          })
          : null,
        group.average === null ? null : Plot.ruleX([group.average], { stroke: INK }),
        Plot.text(dots.filter((dot) => dot.words), {
          x: group.scale[0], y, text: "words", textAnchor: "start", dx: 6,
          fill: MUTED, stroke: GROUND, strokeWidth: 4, fontStyle: "italic",
        }),
        ...intervals(drawn, y),
        Plot.dot(drawn, {
          x: "share", y, r: TARGET, fill: "transparent", stroke: "none", pointerEvents: "all",
          href: "href", ariaLabel: "label",
        }),
      ],
    });
    const box = element("div");
    const title = element("h3", group.title);
    const note = element("p", group.note);
    if (isIndented) title.style.marginLeft = note.style.marginLeft = `${names}px`;
    box.append(title, note, rove(describe(svg, "group", `${group.title}: a link to the commits of each set-up`)));
    return box;
  }

  function lifetime({ last, curves }) {
    const step = { curve: "step-after" };
    const days = (last > 200 ? [0, 90, 180, 365] : [0, 30, 90, 180]).filter((day) => day <= last);
    fill(document.getElementById("lifetime-chart"), (room) => {
      const gap = 24;
      const columns = Math.max(1, Math.floor((room + gap) / (260 + gap)));
      const width = Math.floor((room - gap * (columns - 1)) / columns);
      return curves.map((one) => {
        const others = curves.flatMap((other) =>
          other === one ? [] : other.points.map(([day, kept]) => ({ day, kept, name: other.name })));
        const svg = Plot.plot({
          ...BASE, width, height: 180, marginLeft: 40, marginRight: 12, marginTop: 8, marginBottom: 24,
          x: { domain: [0, last] }, y: { domain: [0, 1] },
          marks: [
            Plot.gridY({ ticks: 4, stroke: LINE, strokeOpacity: 1 }),
            Plot.axisX({ ticks: days, tickFormat: (day) => `${day}\u00a0d`, tickSize: 0, label: null, color: MUTED }),
            Plot.axisY({ ticks: 4, tickFormat: percent, tickSize: 0, label: null, color: MUTED }),
            Plot.lineY(others, { x: "day", y: "kept", z: "name", stroke: MUTED, strokeOpacity: 0.5, strokeWidth: 1, ...step }),
            Plot.areaY(one.points, { x: "0", y1: "2", y2: "3", fill: one.leads ? LEAD : MUTED, fillOpacity: 0.26, ...step }),
            Plot.lineY(one.points, { x: "0", y: "1", stroke: one.leads ? LEAD : INK, strokeWidth: 2, ...step }),
          ],
        });
        const box = element("div");
        const title = element("h3");
        one.parts.forEach((part, place) => title.append(place ? " with " : "", element("bdi", part)));
        box.append(title, element("p", one.text));
        box.append(describe(svg, "img", `${one.name}: ${one.text}; followed to day ${one.last}`));
        return box;
      });
    });
  }

  function activity({ unit, starts, end, names, counts, text }) {
    const times = [...starts, end].map((day) => new Date(day));
    const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const data = counts.flatMap((of, series) => times.map((time, place) => ({ time, series, count: of[Math.min(place, of.length - 1)] })));
    fill(document.getElementById("activity-chart"), (width) => {
      const svg = Plot.plot({
        ...BASE, width, height: width < 500 ? 200 : 240, marginLeft: 40, marginRight: 8, marginTop: 8, marginBottom: 36,
        x: { type: "utc" },
        marks: [
          Plot.gridY({ ticks: 4, stroke: LINE, strokeOpacity: 1 }),
          Plot.areaY(data, Plot.stackY({
            x: "time", y: "count", z: "series", fill: (one) => `var(--colour-${one.series})`,
            stroke: GROUND, strokeWidth: 0.75, curve: "step-after",
          })),
          Plot.axisX({
            ticks: width < 500 ? 4 : 8, tickSize: 0, label: null, color: MUTED,
            tickFormat: (time) => `${unit === "week" ? `${time.getUTCDate()} ` : ""}${months[time.getUTCMonth()]}\n${time.getUTCFullYear()}`,
          }),
          Plot.axisY({ ticks: 4, tickSize: 0, tickFormat: (count) => (count % 1 ? "" : `${count}`), label: null, color: MUTED }),
        ],
      });
      const scale = svg.scale("x");
      svg.addEventListener("pointermove", (event) => {
        const box = svg.getBoundingClientRect();
        const time = scale.invert(((event.clientX - box.left) * width) / box.width);
        const place = starts.findLastIndex((day) => new Date(day) <= time);
        if (place < 0) return hide();
        const lines = names.flatMap((name, series) => (counts[series][place] ? [`${name}: ${counts[series][place]}`] : []));
        const left = box.left + (scale.apply(new Date(starts[place])) * box.width) / width;
        show([`${unit === "week" ? "Week of " : ""}${starts[place]}`, ...lines].join("\n"), { left, width: 0, top: box.top + 24, bottom: box.top + 24 });
      });
      svg.addEventListener("pointerleave", hide);
      return [describe(svg, "img", text)];
    });
  }

  // One tooltip, for the mouse and for the keyboard. It shows the accessible name of the link.
  const tip = document.getElementById("tip");

  function hide() {
    tip.hidden = true;
  }

  function show(text, at) {
    tip.textContent = text;
    tip.hidden = false;
    const size = tip.getBoundingClientRect();
    const most = document.documentElement.clientWidth - size.width - 8;
    const above = at.top - size.height - 8;
    tip.style.left = `${scrollX + Math.max(8, Math.min(at.left + at.width / 2 - size.width / 2, most))}px`;
    tip.style.top = `${scrollY + (above < 0 ? at.bottom + 8 : above)}px`;
  }

  function follow(event) {
    if (!(event.target instanceof Element) || event.target.closest("#activity-chart")) return;
    const link = event.target.closest("svg a");
    if (link) show(link.getAttribute("aria-label"), link.getBoundingClientRect());
    else hide();
  }

  if (facts["set-ups"]) standings(facts["set-ups"]);
  if (facts.kinds) panels("kinds-chart", facts.kinds);
  if (facts.outcomes) panels("outcomes-chart", facts.outcomes);
  if (facts.lifetime) lifetime(facts.lifetime);
  if (facts.activity) activity(facts.activity);
  addEventListener("pointerover", follow);
  addEventListener("focusin", follow);
  addEventListener("hashchange", hide);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
})();
