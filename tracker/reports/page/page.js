"use strict";
// The list of commits: its filters, 50 rows at a time, and the links that set the filters. What each choice lets through
// is written at the choice itself (filters.py): values of a column, or a bit of it.
(() => {
  const form = document.getElementById("filters");
  if (!form) return;
  const PAGE = 50;
  const DAY = 864e5;
  const { set_ups: setUps, projects, kinds, sizes, grades, commits } = JSON.parse(document.getElementById("listed").textContent);
  const body = document.querySelector("#list tbody");
  const labels = [...document.querySelectorAll("#list thead th")].map((cell) => cell.textContent);
  const count = document.getElementById("count");
  const more = document.getElementById("more");
  const total = commits.oid.length;
  const subjects = commits.subject.map((text) => text.toLowerCase());
  let found = [];
  let shown = 0;

  const dateOf = (day) => new Date(day * DAY).toISOString().slice(0, 10);
  const written = (number) => number.toLocaleString("en");

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function name(parts) {
    const made = element("span");
    parts.forEach((part, place) => made.append(place ? " with " : "", element("bdi", part)));
    return made;
  }

  function cells(row) {
    const oid = element("span");
    oid.append(element("code", commits.oid[row]));
    if (projects.length > 1) oid.append(" ", element("bdi", projects[commits.project[row]]));
    const subject = element("bdi", commits.subject[row], "subject");
    subject.dir = "auto";
    subject.title = commits.subject[row];
    return [
      dateOf(commits.day[row]), oid, subject, name(setUps[commits.set_up[row]]),
      `${kinds[commits.kind[row]]}, ${sizes[commits.size[row]]}`,
      grades[commits.user[row]], grades[commits.agent[row]], commits.words[commits.became[row]],
    ];
  }

  function showMore() {
    const rows = document.createDocumentFragment();
    for (const row of found.slice(shown, shown + PAGE)) {
      const line = element("tr");
      line.setAttribute("role", "row");
      cells(row).forEach((content, place) => {
        const cell = element("td");
        cell.setAttribute("role", "cell");
        cell.dataset.label = labels[place];
        cell.append(content || "\u2013");
        line.append(cell);
      });
      rows.append(line);
    }
    body.append(rows);
    shown = Math.min(shown + PAGE, found.length);
    more.hidden = shown >= found.length;
    more.textContent = `Show ${Math.min(PAGE, found.length - shown)} more`;
    count.textContent = found.length
      ? `${written(found.length)} of ${written(total)} commits; ${written(shown)} shown, newest first.`
      : "No commit passes all filters.";
  }

  // Returns one test for each filter that is set.
  function tests() {
    const made = [];
    for (const select of form.querySelectorAll("select")) {
      const { bit, values } = select.selectedOptions[0].dataset;
      const column = commits[select.dataset.column];
      if (bit !== undefined) made.push((row) => column[row] & (1 << bit));
      else if (values !== undefined) {
        const wanted = new Set(values.split(" ").map(Number));
        made.push((row) => wanted.has(column[row]));
      }
    }
    const [first, last] = [form.elements.first.value, form.elements.last.value].map((text) => Date.parse(text) / DAY);
    const words = form.elements.words.value.trim().toLowerCase();
    if (first === first) made.push((row) => commits.day[row] >= first);
    if (last === last) made.push((row) => commits.day[row] <= last);
    if (words) made.push((row) => subjects[row].includes(words));
    return made;
  }

  function list() {
    const every = tests();
    found = [];
    for (let row = 0; row < total; row++) if (every.every((test) => test(row))) found.push(row);
    shown = 0;
    body.replaceChildren();
    showMore();
  }

  // The address says what is chosen, so that the same link works twice, and an address can be passed on.
  function choose() {
    const chosen = [...new FormData(form)].filter(([, value]) => value);
    history.replaceState(null, "", `#commits?${new URLSearchParams(chosen)}`);
    list();
  }

  function followAddress() {
    const [place, chosen] = location.hash.split("?");
    if (place !== "#commits" || chosen === undefined) return;
    const wanted = new URLSearchParams(chosen);
    for (const field of form.querySelectorAll("select, input")) {
      field.value = wanted.get(field.name) || "";
      if (field.selectedIndex === -1) field.value = "";
    }
    list();
    const title = document.getElementById("commits-title");
    title.focus({ preventScroll: true });
    title.scrollIntoView();
  }

  form.addEventListener("input", choose);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(choose));
  more.addEventListener("click", () => {
    const before = shown;
    showMore();
    if (more.hidden) body.rows[before].scrollIntoView({ block: "nearest" });
  });
  addEventListener("hashchange", followAddress);
  list();
  followAddress();
})();
