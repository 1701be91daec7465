"use strict";

// Tables: a click on a column's heading sorts by it, a second click reverses the order. Text comes after numbers.
function key(cell) {
  const text = cell.textContent.trim();
  const number = Number(text.replace(/[,+%]/g, ""));
  return text !== "" && !Number.isNaN(number) ? number : text;
}
function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "number") return -1;
  if (typeof b === "number") return 1;
  return a.localeCompare(b, undefined, { numeric: true });
}
function sort(head) {
  const table = head.closest("table");
  const ascending = head.getAttribute("aria-sort") !== "ascending";
  for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
  const rows = Array.from(table.tBodies[0].rows, row => [key(row.cells[head.cellIndex]), row]);
  rows.sort((a, b) => (ascending ? 1 : -1) * compare(a[0], b[0]));
  table.tBodies[0].append(...rows.map(pair => pair[1]));
}
for (const head of document.querySelectorAll("th")) head.addEventListener("click", () => sort(head));

// Viewers: show one cell of the sheet of slices, scaled to the available width.
for (const views of document.querySelectorAll(".views")) {
  const picture = views.querySelector(".slice-view");
  const slice = views.querySelector(".slice");
  const gap = Number(picture.dataset.gap);
  function strip() { return views.querySelector("input[type=radio]:checked"); }
  function show() {
    const { top, width, height } = strip().dataset;
    picture.setAttribute("viewBox", [slice.value * (Number(width) + gap), top, width, height].join(" "));
    picture.setAttribute("aria-label",
      `${strip().parentNode.textContent.trim()}, slice ${Number(slice.value) + 1} of ${Number(slice.max) + 1}`);
  }
  function choose() {
    slice.max = strip().dataset.count - 1;
    slice.value = Math.floor(slice.max / 2);
    show();
  }
  for (const input of views.querySelectorAll("input[type=radio]")) input.addEventListener("change", choose);
  slice.addEventListener("input", show);
  views.querySelector(".opacity").addEventListener("input", event => {
    views.style.setProperty("--mask", event.target.value / 100);
  });
  picture.addEventListener("wheel", event => {
    event.preventDefault();
    slice.value = Number(slice.value) + Math.sign(event.deltaY);
    show();
  }, { passive: false });
  choose();
}
