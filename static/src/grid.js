// The planning grid by keyboard, folding and panel. Everything here also works without it, by links and forms: the grid
// is then a plain table. Listeners stand on the document, so that they outlive what htmx replaces.

const FOLDED_COOKIE = "grid_folded";
const YEAR_IN_SECONDS = 365 * 24 * 60 * 60;

const grid = () => document.querySelector("[data-planning-grid]");
const panel = () => document.getElementById("panel");

// --- The grid pattern of WAI-ARIA: one tab stop, arrow keys inside --------------------------------------------------

const isVisible = (element) => element.getClientRects().length > 0;

/** The places in a row that can have the focus, from left to right, each with the column it stands in. */
function stopsOf(row) {
  const stops = [];
  for (const [column, cell] of [...row.cells].entries()) {
    const widgets = cell.querySelectorAll("a, button, summary");
    for (const element of widgets.length ? widgets : [cell]) {
      if (isVisible(element)) stops.push({ element, column });
    }
  }
  return stops;
}

const rowsOf = (table) => [...table.rows].filter((row) => stopsOf(row).length);

/** Turn the table into a grid with one tab stop: the cell that is open, else the first of its body. */
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
      const widgets = cell.querySelectorAll("a, button, summary");
      for (const element of widgets.length ? widgets : [cell]) element.tabIndex = -1;
    }
  }
  const open = table.querySelector("[aria-current]");
  const first = rowsOf(table).find((row) => row.parentElement !== table.tHead);
  makeTabStop(open && isVisible(open) ? open : stopsOf(first)[0].element);
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
  const rows = rowsOf(table);
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

function foldedGroups() {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith(`${FOLDED_COOKIE}=`));
  return new Set((cookie?.slice(FOLDED_COOKIE.length + 1) ?? "").split(".").filter(Boolean));
}

/** Fold or unfold a group, and leave the others as they are, also those that a filter hides. */
function fold(button) {
  const folded = foldedGroups();
  if (button.getAttribute("aria-expanded") === "true") folded.add(button.value);
  else folded.delete(button.value);
  for (const folder of grid().querySelectorAll(".fold")) {
    folder.setAttribute("aria-expanded", String(!folded.has(folder.value)));
    folder.name = folded.has(folder.value) ? "unfold" : "fold";
  }
  for (const row of grid().querySelectorAll("[data-groups]")) {
    row.hidden = row.dataset.groups.split(" ").some((group) => folded.has(group));
  }
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${FOLDED_COOKIE}=${[...folded].sort().join(".")}; Path=/; Max-Age=${YEAR_IN_SECONDS}; SameSite=Lax${secure}`;
  makeTabStop(button);
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

// A cell whose panel is on its way is no longer wanted when something else was asked for.
let cellAsked;
document.addEventListener("htmx:before:request", (event) => {
  const { sourceElement } = event.detail.ctx;
  if (sourceElement.id === "filters") cancelPanel();
  else if (grid()?.contains(sourceElement)) cellAsked = sourceElement;
});

function cancelPanel() {
  cellAsked?.dispatchEvent(new CustomEvent("htmx:abort"));
}

function closePanelAndReturn() {
  const cell = closePanel();
  history.pushState({ htmx: true }, "", withoutCell());
  if (cell && isVisible(cell)) moveTo(cell);
  else (grid()?.querySelector('[tabindex="0"]') ?? document.getElementById("main")).focus();
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
  document.querySelector("[data-print-link]").search = location.search;
  makeGrid();
}

document.addEventListener("keydown", (event) => {
  const { target } = event;
  const isOurs = target === document.body || panel()?.contains(target) || grid()?.contains(target);
  if (event.key === "Escape" && isOurs && panel()) {
    cancelPanel();
    if (!panel().hidden) {
      event.preventDefault();
      closePanelAndReturn();
    }
  } else {
    moveByKey(event);
  }
});

document.addEventListener("click", (event) => {
  const folder = event.target.closest("[data-planning-grid] .fold");
  if (folder) {
    event.preventDefault();
    fold(folder);
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

document.addEventListener("htmx:after:swap", (event) => {
  if (!panel()) return;
  if (event.detail.ctx.sourceElement.id === "filters") filtersWereApplied();
  else markOpenCell();
});

// On a phone the empty cells are left out; the tab stop must not stay on one.
matchMedia("(max-width: 740px)").addEventListener("change", makeGrid);

for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
makeGrid();
