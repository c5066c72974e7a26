// The quick exit: blanks the page at once and goes back to the first page of the visit in this tab, which
// leave_guard.js replaces; the resting page then drops what lies ahead. Without a script it is a plain link.
function mark(value) {
  try {
    if (value) window.sessionStorage.setItem("leaving", value);
    else window.sessionStorage.removeItem("leaving");
  } catch (blocked) {
    // Storage is switched off: the page is replaced all the same.
  }
}

export function leaveNow(page) {
  document.documentElement.hidden = true;
  document.title = "";
  mark("yes");
  const entries = window.navigation ? window.navigation.entries() : [];
  const fallback = setTimeout(() => window.location.replace(page), 1500);
  if (entries.length > 1 && window.navigation.currentEntry.index > 0) {
    window.navigation.traverseTo(entries[0].key).finished.catch(() => {
      clearTimeout(fallback);
      window.location.replace(page);
    });
  } else {
    clearTimeout(fallback);
    window.location.replace(page);
  }
}

export function startLeaving() {
  document.querySelectorAll("[data-leave]").forEach((link) => {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      leaveNow(link.getAttribute("href"));
    });
  });
  if (document.body.dataset.resting === undefined) return;
  mark("yes");
  window.history.pushState(null, "", window.location.pathname);
  document.querySelectorAll("a:not([data-leave])").forEach((link) => link.addEventListener("click", () => mark(null)));
}
