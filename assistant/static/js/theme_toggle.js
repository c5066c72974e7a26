// The button that changes between light and dark.
export function startThemeToggle() {
  const button = document.querySelector("[data-theme-toggle]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const root = document.documentElement;
    const systemDark = window.matchMedia("(prefers-color-scheme: dark)").matches;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : systemDark;
    root.dataset.theme = dark ? "light" : "dark";
    try {
      window.localStorage.setItem("theme", root.dataset.theme);
    } catch (blocked) {
      // The choice then lasts for this page only.
    }
  });
}
