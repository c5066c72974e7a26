// A kiosk whose server does not answer says so and comes back by itself. Nothing is kept for that: a link or a form
// first asks whether the server is there, so that a page, and what is written in it, stays where it is.
const EVERY_MILLISECONDS = 20000;
const EVERY_WHILE_AWAY_MILLISECONDS = 5000;
const PATIENCE_MILLISECONDS = 3000;

export function startPresence() {
  const address = document.body.dataset.presencePage;
  const notice = document.querySelector("[data-away]");
  if (!address || !notice || !notice.showModal) return;
  let timer = null;
  let passing = false;
  const isThere = async () => {
    try {
      await fetch(address, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) });
      return true;
    } catch (away) {
      return false;
    }
  };
  const look = async () => {
    clearTimeout(timer);
    const there = await isThere();
    if (there && notice.open) {
      notice.close();
      if (document.body.dataset.resting !== undefined) window.location.reload();
    } else if (!there && !notice.open) notice.showModal();
    timer = setTimeout(look, there ? EVERY_MILLISECONDS : EVERY_WHILE_AWAY_MILLISECONDS);
    return there;
  };
  notice.addEventListener("cancel", (event) => event.preventDefault());
  document.addEventListener("click", async (event) => {
    const link = event.target.closest && event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.target || link.hasAttribute("download") || link.origin !== window.location.origin) return;
    if (link.hash && link.pathname === window.location.pathname && link.search === window.location.search) return;
    event.preventDefault();
    if (await look()) window.location.assign(link.href);
  });
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (passing || event.defaultPrevented || form.method === "dialog") return;
    event.preventDefault();
    const button = event.submitter;
    if (!(await look())) return;
    passing = true;
    form.requestSubmit(button);
    passing = false;
  });
  timer = setTimeout(look, EVERY_MILLISECONDS);
}
