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
  const sides = [views.querySelector(".left"), views.querySelector(".right")];
  function strip() { return views.querySelector("input[type=radio]:checked"); }
  function show() {
    const { top, width, height } = strip().dataset;
    picture.setAttribute("viewBox", [slice.value * (Number(width) + gap), top, width, height].join(" "));
    picture.setAttribute("aria-label",
      `${strip().parentNode.textContent.trim()}, slice ${Number(slice.value) + 1} of ${Number(slice.max) + 1}`);
  }
  function choose() {
    sides[0].textContent = strip().dataset.left;
    sides[1].textContent = strip().dataset.right;
    slice.max = strip().dataset.count - 1;
    slice.value = Math.floor(slice.max / 2);
    show();
  }
  for (const input of views.querySelectorAll("input[type=radio]")) input.addEventListener("change", choose);
  slice.addEventListener("input", show);
  views.querySelector(".opacity").addEventListener("input", event => {
    views.style.setProperty("--mask", event.target.value / 100);
  });
  for (const tissue of views.querySelectorAll(".tissue")) {
    tissue.addEventListener("change", () => {
      for (const use of views.querySelectorAll(`use[href="#${tissue.value}"]`)) {
        use.style.display = tissue.checked ? "" : "none";
      }
    });
  }
  picture.addEventListener("wheel", event => {
    event.preventDefault();
    slice.value = Number(slice.value) + Math.sign(event.deltaY);
    show();
  }, { passive: false });
  choose();
}

// Ratings: the browser keeps them for this page, and a button saves them as a table.
const ratings = Array.from(document.querySelectorAll(".rating"), field => ({
  scan: field.dataset.scan,
  choices: Array.from(field.querySelectorAll("input[type=radio]")),
  comment: field.querySelector("input[type=text]"),
}));
const shelf = "grisea ratings " + location.pathname;
function rating(item) { return item.choices.find(choice => choice.checked).value; }
function remember() {
  const kept = {};
  for (const item of ratings) {
    if (rating(item) || item.comment.value) kept[item.scan] = [rating(item), item.comment.value];
  }
  try { localStorage.setItem(shelf, JSON.stringify(kept)); } catch { /* The browser keeps nothing. */ }
  count();
}
function recall() {
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(shelf)) ?? {}; } catch { /* The same. */ }
  for (const item of ratings) {
    const [value, comment] = kept[item.scan] ?? ["", ""];
    for (const choice of item.choices) choice.checked = choice.value === value;
    item.comment.value = comment;
  }
  count();
}
function count() {
  const values = ratings.map(rating);
  const passed = values.filter(value => value === "pass").length;
  const failed = values.filter(value => value === "fail").length;
  for (const text of document.querySelectorAll(".rated")) {
    text.textContent = `${passed + failed} of ${values.length} scans rated: ${passed} pass, ${failed} fail`;
  }
}
function table() {
  const cell = text => text.replace(/\s+/g, " ").trim() || "n/a";
  const rows = ratings.map(item => [item.scan, cell(rating(item)), cell(item.comment.value)]);
  return [["scan", "rating", "comment"], ...rows].map(row => row.join("\t") + "\n").join("");
}
for (const button of document.querySelectorAll(".save-ratings")) {
  button.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([table()], { type: "text/tab-separated-values" }));
    link.download = "ratings.tsv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
}
for (const button of document.querySelectorAll(".clear-ratings")) {
  button.addEventListener("click", () => {
    try { localStorage.removeItem(shelf); } catch { /* The same. */ }
    recall();
  });
}
for (const item of ratings) {
  for (const input of [...item.choices, item.comment]) input.addEventListener("input", remember);
}
recall();
