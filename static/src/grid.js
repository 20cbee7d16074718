// The planning grid by keyboard, folding and panel. Everything here also works without it, by links and forms: the grid
// is then a plain table. Listeners stand on the document, so that they outlive what htmx replaces.

const FOLDED_COOKIE = "grid_folded";
const YEAR_IN_SECONDS = 365 * 24 * 60 * 60;

const grid = () => document.querySelector("[data-planning-grid]");
const panel = () => document.getElementById("panel");

// --- The grid pattern of WAI-ARIA: one tab stop, arrow keys inside --------------------------------------------------

/** The places in a row that can have the focus, from left to right, each with the column it stands in. */
function stopsOf(row) {
  const stops = [];
  for (const [column, cell] of [...row.cells].entries()) {
    const widgets = cell.querySelectorAll("a, button, summary");
    for (const element of widgets.length ? widgets : [cell]) stops.push({ element, column });
  }
  return stops;
}

const visibleRows = (table) =>
  [...table.rows].filter((row) => !row.hidden && !row.parentElement.matches("thead, tfoot"));

/** Turn the table into a grid with one tab stop. */
function makeGrid() {
  const table = grid();
  if (!table) return;
  table.setAttribute("role", "grid");
  for (const part of [...table.tBodies, table.tHead, table.tFoot]) part.setAttribute("role", "rowgroup");
  for (const row of table.rows) {
    row.setAttribute("role", "row");
    const inHead = row.parentElement === table.tHead;
    for (const cell of row.cells) {
      cell.setAttribute("role", inHead ? "columnheader" : cell.matches("th") ? "rowheader" : "gridcell");
    }
    if (!inHead && row.parentElement !== table.tFoot) {
      for (const { element } of stopsOf(row)) element.tabIndex = -1;
    }
  }
  const open = table.querySelector("[aria-current]");
  const first = visibleRows(table)[0];
  makeTabStop(open ?? (first && stopsOf(first)[0].element));
}

function makeTabStop(element) {
  if (!element) return;
  for (const former of grid().querySelectorAll('[tabindex="0"]')) former.tabIndex = -1;
  element.tabIndex = 0;
}

function moveTo(element) {
  makeTabStop(element);
  element.focus();
  element.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** The stop in a row that stands nearest below or above a column. */
function nearest(row, column) {
  const stops = stopsOf(row);
  return (stops.find((stop) => stop.column === column) ?? stops[0]).element;
}

function moveByKey(event) {
  const table = grid();
  const row = event.target.closest("tr");
  if (!table?.contains(row) || event.altKey || event.metaKey || event.shiftKey) return;
  const stops = stopsOf(row);
  const place = stops.findIndex((stop) => stop.element === event.target);
  if (place < 0) return;
  const rows = visibleRows(table);
  const line = rows.indexOf(row);
  const { column } = stops[place];
  let goal;
  switch (event.key) {
    case "ArrowRight":
      goal = stops[place + 1]?.element;
      break;
    case "ArrowLeft":
      goal = stops[place - 1]?.element;
      break;
    case "ArrowDown":
      goal = rows[line + 1] && nearest(rows[line + 1], wantedColumn(column));
      break;
    case "ArrowUp":
      goal = rows[line - 1] && nearest(rows[line - 1], wantedColumn(column));
      break;
    case "Home":
      goal = (event.ctrlKey ? stopsOf(rows[0]) : stops)[0].element;
      break;
    case "End":
      goal = (event.ctrlKey ? stopsOf(rows.at(-1)) : stops).at(-1).element;
      break;
    default:
      return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") columnKept = undefined;
  event.preventDefault();
  if (goal) moveTo(goal);
}

// Going up and down keeps to a year, also across the rows of pillars and themes, which have one column.
let columnKept;
function wantedColumn(column) {
  columnKept = column || columnKept || 0;
  return columnKept;
}

// --- Folding ---------------------------------------------------------------------------------------------------------

function fold(button) {
  const folding = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!folding));
  const folded = new Set(
    [...grid().querySelectorAll('.fold[aria-expanded="false"]')].map((folder) => folder.value),
  );
  for (const row of grid().querySelectorAll("[data-groups]")) {
    row.hidden = row.dataset.groups.split(" ").some((group) => folded.has(group));
  }
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${FOLDED_COOKIE}=${[...folded].sort().join(".")}; Path=/; Max-Age=${YEAR_IN_SECONDS}; SameSite=Lax${secure}`;
}

// --- The panel -------------------------------------------------------------------------------------------------------

function withoutCell() {
  const address = new URL(location.href);
  address.searchParams.delete("cell");
  return address.pathname + address.search;
}

function closePanel() {
  const cell = grid()?.querySelector("[aria-current]");
  cell?.removeAttribute("aria-current");
  panel().replaceChildren();
  panel().hidden = true;
  return cell;
}

function closePanelAndReturn() {
  const cell = closePanel();
  history.pushState({ htmx: true }, "", withoutCell());
  if (cell) moveTo(cell);
}

/** Mark the cell that the panel is about. */
function markOpenCell() {
  grid()?.querySelector("[aria-current]")?.removeAttribute("aria-current");
  const key = new URL(location.href).searchParams.get("cell");
  const cell = key && document.getElementById(`cell-${key}`);
  if (!cell) return;
  cell.setAttribute("aria-current", "true");
  makeTabStop(cell);
}

// --- What happens on the page ----------------------------------------------------------------------------------------

function filtersWereApplied() {
  if (!panel().hidden) closePanel();
  const print = document.querySelector("[data-print-link]");
  print.search = new URL(location.href).search;
  document.getElementById("announcer").textContent = document
    .querySelector("#planning [data-announce]")
    .parentElement.textContent.replace(/\s+/g, " ")
    .trim();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel() && !panel().hidden) {
    event.preventDefault();
    closePanelAndReturn();
  } else {
    moveByKey(event);
  }
});

document.addEventListener("click", (event) => {
  const folder = event.target.closest("[data-planning-grid] .fold");
  if (folder) {
    event.preventDefault();
    fold(folder);
    makeTabStop(folder);
  } else if (event.target.closest("[data-panel-close]")) {
    event.preventDefault();
    closePanelAndReturn();
  } else if (event.target.closest("[data-print]")) {
    window.print();
  }
});

document.addEventListener("focusin", (event) => {
  if (event.target.tabIndex === -1 && grid()?.contains(event.target)) makeTabStop(event.target);
});

// A filter that is not set has no place in the address.
document.addEventListener("htmx:config:request", (event) => {
  const { request, sourceElement } = event.detail.ctx;
  if (!sourceElement.matches("form[method=get]")) return;
  for (const [name, value] of [...request.body]) if (!value) request.body.delete(name);
});

document.addEventListener("htmx:after:history:update", () => {
  if (!grid() && !document.getElementById("planning")) return;
  markOpenCell();
});

document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.sourceElement.id === "filters") {
    makeGrid();
    filtersWereApplied();
  } else {
    markOpenCell();
  }
});

for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
makeGrid();
