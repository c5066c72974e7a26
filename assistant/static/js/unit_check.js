// Faults of spelling while one types: a form with data-check="/address" and a list with data-check-list.
// Ctrl+Enter or Ctrl+S saves. Without script the same faults stand on the page after saving.
const AFTER_MILLISECONDS = 500;

function watch(form) {
  const list = document.querySelector("[data-check-list]");
  let timer = null;
  let asked = 0;
  const check = async () => {
    const number = ++asked;
    try {
      const response = await fetch(form.dataset.check, { method: "POST", body: new FormData(form) });
      if (!response.ok || number !== asked || !list) return;
      const { reasons } = await response.json();
      list.replaceChildren(...reasons.map((reason) => Object.assign(document.createElement("li"), { textContent: reason })));
    } catch (offline) { /* the page says so itself when the text is kept */ }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(check, AFTER_MILLISECONDS);
  });
  form.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.isComposing || !["Enter", "s"].includes(event.key)) return;
    event.preventDefault();
    form.requestSubmit();
  });
}

export function startUnitCheck() {
  document.querySelectorAll("form[data-check]").forEach(watch);
}
