// A block dragged to a free place opens its move form, filled in. Without this the link “Move” does the same.
let dragged = "";
for (const block of document.querySelectorAll("[data-move]")) {
  block.draggable = true;
  block.addEventListener("dragstart", (event) => {
    dragged = block.dataset.move;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged);
  });
  block.addEventListener("dragend", () => { dragged = ""; });
}
for (const cell of document.querySelectorAll("[data-start]")) {
  cell.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    cell.classList.add("is-target");
  });
  cell.addEventListener("dragleave", () => cell.classList.remove("is-target"));
  cell.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const { day, start, room } = cell.dataset;
    location.href = `${dragged}?${new URLSearchParams({ day, start, room })}`;
  });
}
