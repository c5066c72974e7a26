// Progressive enhancement: each module looks for its own marks and does nothing without them.
import { startThemeToggle } from "./theme_toggle.js";
import { startProgress } from "./progress.js";
import { startShortcuts } from "./shortcuts.js";
import { startCopyButtons } from "./copy.js";
import { startDrafts } from "./drafts.js";
import { startPrintButtons } from "./print.js";
import { startDialogs } from "./dialogs.js";
import { startLeaving } from "./leave.js";
import { startIdleWatch } from "./idle.js";
import { startPresence } from "./presence.js";
import { startListening } from "./listen.js";
import { startLive } from "./live.js";
import { startSortable } from "./sortable.js";
import { startDropFiles } from "./drop_files.js";
import { startDrawing } from "./drawing.js";
import { startUnitCheck } from "./unit_check.js";

startThemeToggle();
startProgress();
startShortcuts();
startCopyButtons();
startDrafts();
startPrintButtons();
startDialogs();
startLeaving();
startIdleWatch();
startPresence();
startListening();
startLive();
startSortable();
startDropFiles();
startDrawing();
startUnitCheck();
// Going back this way keeps what was typed into the form; without scripts the link opens the page anew.
for (const link of document.querySelectorAll("[data-back]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    window.history.back();
  });
}
const first = document.querySelector("[data-focus]");
if (first) first.focus();

// A page kept by the Back button may show what its reader has signed out of: fetch it anew.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
