// Buttons that open a dialog of the same page.
export function startDialogs() {
  document.querySelectorAll("[data-dialog]").forEach((button) => {
    const dialog = document.getElementById(button.dataset.dialog);
    if (dialog && dialog.showModal) button.addEventListener("click", () => dialog.showModal());
  });
}
