// Records on this page and sends every second of it to the server at once, so that a power cut costs a second.
// Pieces go in order and are sent again until the server has them on disk; what was sent is never sent twice.
const PIECE_MILLISECONDS = 1000;
const AGAIN_AFTER_MILLISECONDS = 2000;
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/webm"];

function startRecorder(box) {
  const say = box.querySelector("[data-state]");
  const time = box.querySelector("[data-time]");
  const level = box.querySelector("[data-level]");
  const preview = box.querySelector("[data-preview]");
  const keep = box.querySelector("[data-keep]");
  const buttons = { record: box.querySelector("[data-record]"), stop: box.querySelector("[data-stop]"), again: box.querySelector("[data-again]"), play: box.querySelector("[data-play]"), keep: keep.querySelector("button") };
  let recorder = null;
  let take = null;
  let pieces = [];
  let sent = 0;
  let sending = Promise.resolve();
  let clock = null;
  let previewAddress = "";

  const show = (state, ...names) => {
    say.textContent = box.dataset[state];
    for (const [name, button] of Object.entries(buttons)) {
      button.hidden = button.disabled = !names.includes(name);
    }
    keep.hidden = !names.includes("keep");
    preview.hidden = !names.includes("play");
  };
  const headers = () => ({ "X-CSRF-Token": box.dataset.token });

  // Sends what is not on the server yet; a refusal for good ends it with the server's own sentence.
  const flush = async (mine, list) => {
    while (mine === take && sent < list.length) {
      let response;
      try {
        response = await fetch(mine.pieces + sent, { method: "POST", body: list[sent], headers: headers() });
      } catch (offline) {
        say.textContent = box.dataset.offline;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MILLISECONDS));
        continue;
      }
      if (response.ok) {
        sent += 1;
      } else if (response.status >= 500) {
        await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MILLISECONDS));
      } else {
        const told = await response.json().catch(() => ({}));
        if (recorder && recorder.state === "recording") recorder.stop();
        throw new Error(told.problem || box.dataset.refused);
      }
    }
  };

  const begin = async () => {
    buttons.record.disabled = true;
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
    } catch (refused) {
      show("refused", "record");
      return;
    }
    const form = new FormData();
    form.set("speaker", box.dataset.speaker);
    const answer = await fetch(box.dataset.begin, { method: "POST", body: form, headers: headers() }).catch(() => null);
    const told = answer ? await answer.json().catch(() => ({})) : {};
    if (!answer || !answer.ok) {
      stream.getTracks().forEach((track) => track.stop());
      show("ready", "record");
      say.textContent = told.problem || box.dataset.offline;
      return;
    }
    const mine = told;
    const list = [];
    take = mine;
    pieces = list;
    sent = 0;
    sending = Promise.resolve();
    recorder = new MediaRecorder(stream, { mimeType: TYPES.find((type) => MediaRecorder.isTypeSupported(type)), audioBitsPerSecond: 96000 });
    recorder.addEventListener("dataavailable", (event) => {
      if (!event.data.size) return;
      list.push(event.data);
      sending = sending.then(() => flush(mine, list)).catch((problem) => { mine.problem = problem.message; });
    });
    recorder.addEventListener("stop", () => finish(mine, list, stream));
    recorder.start(PIECE_MILLISECONDS);
    show("recording", "stop");
    watch(stream);
  };

  const finish = async (mine, list, stream) => {
    clearInterval(clock);
    stream.getTracks().forEach((track) => track.stop());
    level.value = 0;
    show("sending");
    await sending;
    if (mine !== take) return;
    if (previewAddress) URL.revokeObjectURL(previewAddress);
    previewAddress = URL.createObjectURL(new Blob(list, { type: recorder.mimeType }));
    preview.src = previewAddress;
    keep.action = mine.finish;
    show("kept", "again", "play", "keep");
    if (mine.problem) say.textContent = mine.problem;
    buttons.play.focus();
  };

  const watch = (stream) => {
    const began = Date.now();
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    clock = setInterval(() => {
      const seconds = Math.floor((Date.now() - began) / 1000);
      time.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      analyser.getFloatTimeDomainData(samples);
      level.value = Math.min(1, Math.max(...samples.map(Math.abs)));
      if (recorder.state !== "recording") {
        clearInterval(clock);
        context.close();
      } else if (seconds >= Number(box.dataset.longest)) {
        recorder.stop();
      }
    }, 100);
  };

  const again = async () => {
    const unwanted = take;
    take = null;
    preview.pause();
    await fetch(unwanted.discard, { method: "POST", headers: headers(), redirect: "manual" }).catch(() => null);
    await begin();
  };

  buttons.record.addEventListener("click", begin);
  buttons.stop.addEventListener("click", () => recorder.stop());
  buttons.again.addEventListener("click", again);
  buttons.play.addEventListener("click", () => (preview.paused ? preview.play() : preview.pause()));
  window.addEventListener("beforeunload", (event) => {
    if (recorder && (recorder.state === "recording" || (take && sent < pieces.length))) event.preventDefault();
  });
  box.hidden = false;
  const able = navigator.mediaDevices && window.MediaRecorder && TYPES.some((type) => MediaRecorder.isTypeSupported(type));
  if (able) show("ready", "record");
  else show("unable");
}

document.querySelectorAll("[data-recorder]").forEach(startRecorder);
