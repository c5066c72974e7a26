// Follows a job: asks for its state, moves the bar, and goes on when it is done.
const EVERY_MILLISECONDS = 1500;

async function follow(box) {
  const label = box.querySelector(".progress-label");
  const bar = box.querySelector("progress");
  for (;;) {
    let state;
    try {
      const response = await fetch(box.dataset.job, { headers: { Accept: "application/json" } });
      if (!response.ok) return;
      state = await response.json();
    } catch (offline) {
      state = null;
    }
    if (state) {
      bar.value = state.percent;
      label.textContent = state.message;
      if (state.finished) {
        if (box.dataset.done) window.location.assign(box.dataset.done);
        else window.location.reload();
        return;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MILLISECONDS));
  }
}

export function startProgress() {
  document.querySelectorAll("[data-job]").forEach((box) => follow(box));
}
