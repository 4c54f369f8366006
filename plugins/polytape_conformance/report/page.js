"use strict";
const report = JSON.parse(document.getElementById("report").textContent);
const rows = [...document.querySelectorAll(".matrix tbody tr")];
const words = document.getElementById("words");
const kind = document.getElementById("kind");

function show() {
  const wanted = words.value.toLowerCase().split(/[\s,]+/).filter(Boolean);
  let count = 0;
  for (const row of rows) {
    const name = row.dataset.op.toLowerCase();
    const fits = (!wanted.length || wanted.some((word) => name.includes(word)))
      && (!kind.value || row.querySelector(kind.value));
    row.hidden = !fits;
    if (row.nextSibling?.classList?.contains("figures")) row.nextSibling.hidden = !fits;
    count += fits ? 1 : 0;
  }
  document.getElementById("count").textContent = `${count} of ${rows.length} ops`;
}

function cell(row, text, name = "td") {
  const made = document.createElement(name);
  made.textContent = text;
  row.append(made);
  return made;
}

function figures(op, width) {
  const outer = document.createElement("tr");
  outer.className = "figures";
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const name of ["level", "check", "dtype", "cases", "ulp", "relative", "of the budget", "reasons"]) cell(head, name, "th");
  const body = table.createTBody();
  for (const [level, checks] of Object.entries(report.ops[op].levels)) {
    for (const [check, dtypes] of Object.entries(checks)) {
      for (const [dtype, found] of Object.entries(dtypes)) {
        const row = body.insertRow();
        const counts = ["passed", "failed", "skipped", "deviates"].filter((state) => found[state]);
        const share = found.budget === undefined ? "" : found.budget === 0 ? "exact" : `${(100 * found.budget).toPrecision(2)} %`;
        const reasons = report.not_passed.filter((each) => each.op === op && each.level === level
          && each.check === check && (each.dtype ?? "none") === dtype).map((each) => each.reason);
        for (const text of [level, check, dtype === "none" ? "" : dtype,
          counts.map((state) => `${found[state]} ${state}`).join(", "),
          found.ulp ?? "", found.relative ?? "", share, [...new Set(reasons)].join("; ")]) cell(row, text);
      }
    }
  }
  const inner = outer.insertCell();
  inner.colSpan = width;
  inner.append(table);
  return outer;
}

for (const row of rows) {
  const heading = row.cells[0];
  row.dataset.op = heading.textContent;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = heading.textContent;
  button.setAttribute("aria-expanded", "false");
  heading.replaceChildren(button);
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") === "true";
    if (open) row.nextSibling.remove();
    else row.after(figures(row.dataset.op, row.cells.length));
    button.setAttribute("aria-expanded", String(!open));
  });
}
words.addEventListener("input", show);
kind.addEventListener("change", show);
document.querySelector(".filter").addEventListener("submit", (event) => event.preventDefault());
document.querySelector(".filter").hidden = false;
show();
