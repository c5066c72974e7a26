// After a quick exit, no page of the visit is shown again, however it is reached. Not a module: modules run too late.
(function () {
  const page = document.currentScript.dataset.page;
  function isLeaving() {
    try {
      return window.sessionStorage.getItem("leaving") === "yes";
    } catch (blocked) {
      return false;
    }
  }
  function turnAway() {
    if (!isLeaving() || window.location.pathname === page) return;
    document.documentElement.hidden = true;
    window.location.replace(page);
  }
  turnAway();
  window.addEventListener("pageshow", (event) => { if (event.persisted) turnAway(); });
})();
