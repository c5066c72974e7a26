// A kiosk that nobody touches goes back to its resting page; shortly before, it asks.
import { leaveNow } from "./leave.js";

const ASK_BEFORE_MILLISECONDS = 15000;
const SIGNS_OF_LIFE = ["pointerdown", "pointermove", "keydown", "input", "scroll", "touchstart", "wheel"];

export function startIdleWatch() {
  const seconds = Number(document.body.dataset.idleSeconds);
  if (!seconds || document.body.dataset.resting !== undefined) return;
  const page = document.body.dataset.idlePage;
  const question = document.querySelector("[data-idle-question]");
  let asking = null;
  let leaving = null;
  const isListening = () => [...document.querySelectorAll("audio, video")].some((each) => !each.paused && !each.ended);
  const begin = () => {
    clearTimeout(asking);
    clearTimeout(leaving);
    asking = setTimeout(() => {
      if (isListening()) begin();
      else if (question && question.showModal && !question.open) question.showModal();
    }, seconds * 1000 - ASK_BEFORE_MILLISECONDS);
    leaving = setTimeout(() => (isListening() ? begin() : leaveNow(page)), seconds * 1000);
  };
  // While the question stands there only its answer counts, so that no touch falls through to the page below.
  const live = () => { if (!question || !question.open) begin(); };
  SIGNS_OF_LIFE.forEach((sign) => document.addEventListener(sign, live, { passive: true, capture: true }));
  if (question) question.addEventListener("close", begin);
  begin();
}
