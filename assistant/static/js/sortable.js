// Lists marked data-sortable: rows move by dragging or by their own buttons, and the last order can be had back.
// The order is that of the hidden fields in the rows; without script each button sends the form and the server moves.
function watch(list) {
  const form = list.closest("form");
  const undo = form.querySelector("[data-sortable-undo]");
  const voice = document.createElement("p");
  voice.className = "visually-hidden";
  voice.setAttribute("aria-live", "polite");
  list.after(voice);
  const earlier = [];
  let dragged = null;

  const rows = () => [...list.children];
  const remember = () => { earlier.push(rows()); if (undo) undo.hidden = false; };
  const say = (row) => {
    const title = row.querySelector("[data-sortable-title]").textContent;
    voice.textContent = list.dataset.said.replace("{title}", title).replace("{place}", rows().indexOf(row) + 1);
  };

  rows().forEach((row) => { row.draggable = true; });
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    if (!dragged) return;
    remember();
    dragged.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over || over === dragged || over.parentElement !== list) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    list.insertBefore(dragged, event.clientY < box.top + box.height / 2 ? over : over.nextSibling);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("is-dragged");
    say(dragged);
    dragged = null;
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-sortable-by]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("li");
    const other = Number(button.dataset.sortableBy) < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    remember();
    if (Number(button.dataset.sortableBy) < 0) list.insertBefore(row, other);
    else list.insertBefore(other, row);
    button.focus();
    say(row);
  });
  if (undo) {
    undo.addEventListener("click", (event) => {
      if (!earlier.length) return;
      event.preventDefault();
      list.append(...earlier.pop());
      undo.hidden = !earlier.length;
    });
  }
}

export function startSortable() {
  document.querySelectorAll("[data-sortable]").forEach(watch);
}
