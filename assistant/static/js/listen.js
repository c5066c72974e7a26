// One large button instead of the browser's small controls: a tap plays, another stops, one sound at a time.
export function startListening() {
  document.querySelectorAll("[data-listen]").forEach((button) => {
    const sound = button.parentElement.querySelector("audio");
    if (!sound) return;
    button.hidden = false;
    sound.hidden = true;
    const show = () => button.setAttribute("aria-pressed", String(!sound.paused));
    button.addEventListener("click", () => {
      if (sound.paused) {
        sound.currentTime = 0;
        sound.play().catch(() => { sound.hidden = false; });
      } else {
        sound.pause();
      }
    });
    for (const name of ["play", "pause", "ended"]) sound.addEventListener(name, show);
    sound.addEventListener("play", () => {
      document.querySelectorAll("audio").forEach((other) => { if (other !== sound) other.pause(); });
    });
    sound.addEventListener("error", () => { sound.hidden = false; });
  });
}
