// A pad to write a name on with a finger, a pen or a mouse. data-drawing="field:value" shows it only while
// that choice of the form is made. The strokes go with the form as a picture and are kept nowhere else.
const WIDTH = 3.5;

function watch(box) {
  const pad = box.querySelector("canvas");
  const tools = box.querySelector(".toolbar");
  const kept = box.querySelector("input[type=hidden]");
  const context = pad && pad.getContext("2d");
  if (!context) return;
  const [field, wanted] = box.dataset.drawing.split(":");
  const form = box.closest("form");
  box.querySelector(".drawing-none").hidden = true;
  pad.hidden = false;
  tools.hidden = false;
  let last = null;
  const clear = () => {
    context.clearRect(0, 0, pad.width, pad.height);
    kept.value = "";
  };
  const place = (event) => {
    const frame = pad.getBoundingClientRect();
    return [(event.clientX - frame.left) * pad.width / frame.width, (event.clientY - frame.top) * pad.height / frame.height];
  };
  const draw = (event) => {
    const [x, y] = place(event);
    context.strokeStyle = "#000";
    context.lineWidth = WIDTH + 3 * (event.pressure || 0.3);
    context.lineCap = "round";
    context.beginPath();
    context.moveTo(...(last || [x, y]));
    context.lineTo(x, y);
    context.stroke();
    last = [x, y];
  };
  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    last = null;
    draw(event);
    event.preventDefault();
  });
  pad.addEventListener("pointermove", (event) => { if (last) draw(event); });
  const lift = () => {
    if (!last) return;
    last = null;
    kept.value = pad.toDataURL("image/png");
  };
  pad.addEventListener("pointerup", lift);
  pad.addEventListener("pointercancel", lift);
  tools.querySelector("button").addEventListener("click", clear);
  const follow = () => {
    const chosen = form.querySelector(`[name="${field}"]:checked`);
    box.hidden = !chosen || chosen.value !== wanted;
    if (box.hidden) clear();
  };
  form.addEventListener("change", follow);
  follow();
}

export function startDrawing() {
  document.querySelectorAll("[data-drawing]").forEach(watch);
}
