// Forms with data-live="/address": while somebody writes, the form is sent there as it stands and the regions marked
// data-live-region of the answered page replace those of this one. Without script the form's own button does the same.
const AFTER_MILLISECONDS = 400;

function watch(form) {
  let timer = null;
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const body = new FormData(form);
    for (const [name, value] of [...body.entries()]) if (value instanceof File) body.delete(name);
    body.set("do", form.dataset.liveDo || "check");
    try {
      const response = await fetch(form.dataset.live, { method: "POST", body });
      if (response.status >= 500 || response.redirected || mine !== asked) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      page.querySelectorAll("[data-live-region]").forEach((fresh) => {
        const old = document.getElementById(fresh.id);
        if (old && old.innerHTML !== fresh.innerHTML) old.innerHTML = fresh.innerHTML;
      });
    } catch (offline) {
      // The last answer stays; the next key tries again.
    }
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, Number(form.dataset.liveAfter) || AFTER_MILLISECONDS);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => clearTimeout(timer));
}

export function startLive() {
  document.querySelectorAll("form[data-live]").forEach(watch);
}
