// One key for a control: the control names it in data-shortcut. Never while somebody types.
export function startShortcuts() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target;
    if (target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]")) return;
    const control = [...document.querySelectorAll("[data-shortcut]")].find((each) => each.dataset.shortcut === event.key && !each.disabled);
    if (!control) return;
    event.preventDefault();
    if (control.matches("a[href], button")) control.click();
    else control.focus();
  });
}
