// Applies the chosen theme before the first paint. Not a module: modules run too late.
(function () {
  try {
    const chosen = window.localStorage.getItem("theme");
    if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
  } catch (blocked) {
    // Storage may be switched off; the system's preference then decides.
  }
})();
