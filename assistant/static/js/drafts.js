// Unsent forms with data-draft="/address" are kept on the server, never in this browser: machines are shared.
// The address answers POST with 2xx; the note beside the form says when it was kept.
const AFTER_MILLISECONDS = 3000;

function watch(form) {
  const note = form.querySelector("[data-draft-note]");
  let timer = null;
  let sending = Promise.resolve();
  const keep = async () => {
    const body = new FormData(form);
    for (const [name, value] of [...body.entries()]) if (value instanceof File || name === "drawing") body.delete(name);
    try {
      const response = await fetch(form.dataset.draft, { method: "POST", body });
      if (!note) return;
      const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      note.textContent = response.ok ? `${note.dataset.kept} ${time}` : note.dataset.failed;
    } catch (offline) {
      if (note) note.textContent = note.dataset.failed;
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { sending = sending.then(keep); }, AFTER_MILLISECONDS);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
}

export function startDrafts() {
  document.querySelectorAll("form[data-draft]").forEach(watch);
}
