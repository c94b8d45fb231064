// What a page does beyond its HTML: move in grids, paste blocks, fingerprint files. Everything works without it.
"use strict";

function inputs(row) {
  return [...row.querySelectorAll("td input:not([type=checkbox], [type=radio])")];
}

function rowsOf(grid) {
  return [...grid.tBodies[0].rows].filter((row) => inputs(row).length);
}

function move(grid, input, down, right) {
  const rows = rowsOf(grid);
  const at = rows.findIndex((row) => row.contains(input));
  const column = [...rows[at].cells].indexOf(input.closest("td"));
  const cells = [...rows[at].cells];
  if (down) {
    for (let next = at + down; rows[next]; next += down) {
      const found = rows[next].cells[column]?.querySelector("input");
      if (found) return found;
    }
  } else {
    for (let next = column + right; cells[next]; next += right) {
      const found = cells[next].querySelector("input:not([type=checkbox], [type=radio])");
      if (found) return found;
    }
  }
  return null;
}

const STEPS = { ArrowDown: [1, 0], Enter: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

function onKey(event) {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = STEPS[event.key];
  if (!step || input.type === "checkbox" || input.type === "radio") return;
  const atStart = input.selectionStart === 0 && input.selectionEnd === 0;
  const atEnd = input.selectionStart === input.value.length;
  if ((event.key === "ArrowLeft" && !atStart) || (event.key === "ArrowRight" && !atEnd)) return;
  event.preventDefault();
  const next = move(event.currentTarget, input, ...step);
  next?.focus();
  next?.select();
}

function onPaste(event) {
  const input = event.target;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!(input instanceof HTMLInputElement) || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const grid = event.currentTarget;
  const rows = rowsOf(grid);
  const first = rows.findIndex((row) => row.contains(input));
  const column = [...rows[first].cells].indexOf(input.closest("td"));
  text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").slice(0, 200).forEach((line, down) => {
    line.split("\t").slice(0, 50).forEach((value, right) => {
      const cell = rows[first + down]?.cells[column + right]?.querySelector("input");
      if (cell && value.trim()) cell.value = value.trim();
    });
  });
}

for (const grid of document.querySelectorAll("table[data-grid]")) {
  grid.addEventListener("keydown", onKey);
  grid.addEventListener("paste", onPaste);
}

for (const chooser of document.querySelectorAll("input[type=file][data-sha256]")) {
  chooser.addEventListener("change", async () => {
    const [file] = chooser.files;
    if (!file || !crypto.subtle) return;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    document.getElementById(chooser.dataset.sha256).value = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const title = document.getElementById(chooser.dataset.title);
    if (title && !title.value) title.value = file.name.replace(/\.[^.]+$/, "");
  });
}

document.getElementById("errors")?.focus();
document.addEventListener("keydown", (event) => {
  if (event.key !== "k" || !(event.ctrlKey || event.metaKey)) return; // never a letter alone: WCAG 2.1.4
  event.preventDefault();
  document.getElementById("search")?.focus();
});

let sent = false;
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
}
window.addEventListener("pageshow", () => (sent = false));

for (const form of document.querySelectorAll("form[data-draft]")) {
  let waiting = 0;
  const keep = (keepalive) => {
    clearTimeout(waiting);
    waiting = 0;
    const body = new URLSearchParams(new FormData(form));
    body.set("of", form.dataset.draft || location.pathname);
    fetch("/drafts", { method: "POST", body, keepalive }).catch(() => {});
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 2000, false);
  });
  form.addEventListener("submit", () => (waiting = clearTimeout(waiting)));
  window.addEventListener("pagehide", () => waiting && keep(true)); // also where another form of the page was sent
}

// News: the tab that was opened last holds the browser's one stream and tells the others.
const note = document.getElementById("news");
if (note && window.EventSource) {
  const others = window.BroadcastChannel && navigator.locks ? new BroadcastChannel("news") : null;
  const changed = new Set();
  let { since } = note.dataset, source, later;
  const tell = ({ id, page, says }) => {
    since = id;
    if (!says) return; // a sign of life
    if (page) changed.add(page);
    const here = [...changed].find((each) => `${location.pathname}/`.startsWith(`${each}/`));
    const link = note.firstElementChild ?? note.appendChild(document.createElement("a"));
    link.href = here ?? (location.pathname === "/" ? `/${location.search}` : "/");
    link.textContent = note.dataset[here ? "here" : says].replace("#", changed.size);
  };
  const open = () => {
    source = new EventSource(`/news?since=${since}`);
    source.onmessage = ({ data, lastEventId }) => {
      const news = { ...JSON.parse(data), id: lastEventId };
      others?.postMessage(news);
      tell(news);
    };
    source.onerror = () => source.readyState === EventSource.CLOSED && (later = setTimeout(open, 60000));
  };
  const lead = (options) =>
    navigator.locks
      .request("news", options, () => new Promise(open))
      .catch(() => {
        clearTimeout(later);
        source?.close();
        lead({});
      });
  if (others) {
    others.onmessage = ({ data }) => tell(data);
    lead({ steal: true });
  } else open();
}
