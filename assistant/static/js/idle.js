// A page that nobody touches is left; shortly before, it asks. A kiosk goes back to its resting page, a person who
// is signed in is signed out, so that no file stays on a screen. Touches in one tab count for all tabs of the browser.
import { leaveNow } from "./leave.js";

const LONGEST_QUESTION_MILLISECONDS = 60000;
const TELL_EVERY_MILLISECONDS = 5000;
const SIGNS_OF_LIFE = ["pointerdown", "pointermove", "keydown", "input", "scroll", "touchstart", "wheel"];

export function startIdleWatch() {
  const { idleSeconds, idlePage, alivePage, resting } = document.body.dataset;
  const limit = Number(idleSeconds) * 1000;
  if (!limit || resting !== undefined) return;
  const askBefore = Math.min(LONGEST_QUESTION_MILLISECONDS, limit / 6);
  const question = document.querySelector("[data-idle-question]");
  const signOut = document.querySelector("form[data-idle-sign-out]");
  const others = signOut && "BroadcastChannel" in window ? new BroadcastChannel("signs of life") : null;
  let asking = null;
  let leaving = null;
  let told = Date.now();
  let keptAlive = Date.now();
  const isListening = () => [...document.querySelectorAll("audio, video")].some((each) => !each.paused && !each.ended);
  const leave = () => {
    if (isListening()) begin();
    else if (signOut) {
      document.documentElement.hidden = true;
      document.title = "";
      if (others) others.postMessage("gone");
      signOut.submit();
    } else leaveNow(idlePage);
  };
  const begin = () => {
    clearTimeout(asking);
    clearTimeout(leaving);
    asking = setTimeout(() => {
      if (isListening()) begin();
      else if (question && question.showModal && !question.open) question.showModal();
    }, limit - askBefore);
    leaving = setTimeout(leave, limit);
  };
  // What is read or typed without asking the server for anything keeps the session there as well.
  const keepAlive = () => {
    if (!alivePage || Date.now() - keptAlive < limit / 5) return;
    keptAlive = Date.now();
    fetch(alivePage, { cache: "no-store", redirect: "manual" }).catch(() => {});
  };
  const tell = () => {
    if (!others || Date.now() - told < TELL_EVERY_MILLISECONDS) return;
    told = Date.now();
    others.postMessage("here");
  };
  // While the question stands there only its answer counts, so that no touch falls through to the page below.
  const live = () => {
    if (question && question.open) return;
    begin();
    tell();
    keepAlive();
  };
  SIGNS_OF_LIFE.forEach((sign) => document.addEventListener(sign, live, { passive: true, capture: true }));
  if (question) question.addEventListener("close", () => { begin(); tell(); keepAlive(); });
  if (others) {
    others.addEventListener("message", (event) => {
      if (event.data === "gone") window.location.replace(signOut.dataset.idleSignOut);
      else if (question && question.open) question.close();
      else begin();
    });
  }
  begin();
}
