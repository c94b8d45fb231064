// An annex's sums as one types, and a pasted block that the server lays on the grid. Everything works without it.
"use strict";

const GROUPED = /^-?\d{1,3}(\.\d{3})+(,\d+)?$|^-?\d{1,3}(,\d{3}){2,}(\.\d+)?$|^-?\d{1,3}(,\d{3})+\.\d+$/;

function figure(typed) {
  let text = typed.replace(/[\s\u00a0]/g, "").replace("−", "-");
  if (GROUPED.test(text)) {
    const comma = !text.includes(",") || (text.lastIndexOf(",") > text.lastIndexOf(".") && text.split(",").length === 2);
    text = text.replaceAll(comma ? "." : ",", "");
  } else if (!/^-?\d+([.,]\d+)?$/.test(text)) return null;
  return Number(text.replace(",", "."));
}

const shown = (value) => value.toLocaleString("vi-VN", { maximumFractionDigits: 6, useGrouping: "always" });

const TIMES = { nghìn: 1e3, ngàn: 1e3, triệu: 1e6, tỷ: 1e9, tỉ: 1e9 };
const MONEY = "([\\d.,]*\\d)\\s*(nghìn|ngàn|triệu|tỷ|tỉ)?(?![\\p{L}])\\s*(?:(?:đồng|đ|vnđ|vnd)(?![\\p{L}]))?\\.?";
const MONEY_FIRST = new RegExp(`^${MONEY}(?:\\s|:|$)`, "iu");
const MONEY_LAST = new RegExp(`(?:\\s|:|=)${MONEY}$`, "iu");

function money(typed) {
  const found = typed.match(MONEY_FIRST) ?? typed.match(MONEY_LAST);
  return found ? figure(found[1]) * (TIMES[found[2]?.toLowerCase()] ?? 1) : null;
}

const apart = (typed) => typed.split(/[;\n\r]+|,\s+/).map((part) => part.trim());

function item(typed) {
  const first = typed.match(/^([\d.,]*\d)\s*(\D.*)$/);
  if (first) return [figure(first[1]) ?? 0, first[2].trim()];
  const last = typed.match(/^(\D.*?)\s*:?\s+([\d.,]*\d)\s*(\S*)$/);
  return last ? [figure(last[2]) ?? 0, `${last[3]} ${last[1].replace(/:$/, "")}`.trim()] : [0, ""];
}

function sum(kind, typed) {
  if (kind === "items") {
    const sums = new Map();
    for (const [quantity, name] of typed.flatMap(apart).map(item)) if (name) sums.set(name, (sums.get(name) ?? 0) + quantity);
    return [...sums].map(([name, quantity]) => `${shown(quantity)} ${name}`).join("; ");
  }
  const figures = kind === "money_by_activity" ? typed.flatMap(apart).map(money) : typed.map(kind === "money" ? money : figure);
  const read = figures.filter((each) => each !== null);
  return read.length ? shown(read.reduce((all, each) => all + each, 0)) : "";
}

for (const table of document.querySelectorAll("table[data-annex]")) {
  const last = [...table.tFoot.rows[0].cells];
  table.addEventListener("input", ({ target }) => {
    const place = target.closest("td")?.cellIndex;
    const kind = last[place]?.dataset.sum;
    if (!kind || kind === "text") return;
    const typed = [...table.tBodies[0].rows].map((row) => row.cells[place].querySelector("input").value);
    last[place].textContent = sum(kind, typed);
  });
  table.addEventListener(
    "paste",
    (event) => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (!/[\t\n]/.test(text.trim()) || !event.target.name?.startsWith("a-")) return;
      event.preventDefault();
      event.stopPropagation();
      document.getElementById(`block-${table.dataset.annex}`).value = text;
      document.getElementById(`at-${table.dataset.annex}`).value = event.target.name;
      document.getElementById(`paste-${table.dataset.annex}`).click();
    },
    true,
  );
}
