// Forms marked data-drop-files: a file dropped anywhere on the form lands in its file field. The field itself stays.
function watch(form) {
  const field = form.querySelector("input[type=file]");
  if (!field) return;
  form.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    form.classList.add("is-dropping");
  });
  form.addEventListener("dragleave", () => form.classList.remove("is-dropping"));
  form.addEventListener("drop", (event) => {
    form.classList.remove("is-dropping");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    const held = new DataTransfer();
    held.items.add(event.dataTransfer.files[0]);
    field.files = held.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  });
}

export function startDropFiles() {
  document.querySelectorAll("form[data-drop-files]").forEach(watch);
}
