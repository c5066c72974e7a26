// Buttons that copy a text: data-copy holds the text, data-copied what is said afterwards.
export function startCopyButtons() {
  if (!navigator.clipboard) return;
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
      } catch (refused) {
        return;
      }
      const label = button.querySelector("span") || button;
      const before = label.textContent;
      label.textContent = button.dataset.copied || before;
      setTimeout(() => { label.textContent = before; }, 2000);
    });
  });
}
