// A camera that does what a scanner does: each code goes out by the form of the page, as if it were typed.
(() => {
  "use strict";
  const SIDE = 400, EVERY = 250, GONE = 4, LATER = 5000; // pixels; ms between frames; frames without a code; ms after a 429
  const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

  document.querySelectorAll("[data-camera]").forEach((place) => {
    const [button, video, told] = ["button", "video", "output"].map((name) => place.querySelector(name));
    const form = document.querySelector("[data-scanned] form");
    const [use, words, canvas] = [button.textContent, place.dataset, document.createElement("canvas")];
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    const inView = new Map(); // what was read, and for how many frames it has not been seen since
    let [stream, detector] = [null, null];
    place.hidden = false;

    function stop(why = "") {
      if (stream) stream.getTracks().forEach((track) => track.stop());
      stream = video.srcObject = null;
      video.hidden = true;
      inView.clear();
      [button.textContent, told.value] = [use, why];
    }

    async function own() { // the browser's reader, where it has one that knows QR codes
      try {
        return (await BarcodeDetector.getSupportedFormats()).includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
      } catch {
        return null;
      }
    }

    async function read() {
      if (detector) {
        try {
          return (await detector.detect(video)).map((code) => code.rawValue);
        } catch {
          detector = null; // it is there and does not work: the site reads
        }
      }
      const [wide, high] = [video.videoWidth, video.videoHeight], cut = Math.min(wide, high);
      if (!cut) return [];
      canvas.width = canvas.height = SIDE;
      pen.drawImage(video, (wide - cut) / 2, (high - cut) / 2, cut, cut, 0, 0, SIDE, SIDE);
      const { data } = pen.getImageData(0, 0, SIDE, SIDE);
      const grey = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (77 * data[4 * i] + 150 * data[4 * i + 1] + 29 * data[4 * i + 2]) >> 8);
      const answer = await fetch(`${words.camera}?width=${SIDE}`, {
        method: "POST", body: grey, redirect: "error",
        headers: { "Content-Type": "application/octet-stream", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      });
      if (answer.status === 429) {
        await pause(LATER);
        return [];
      }
      if (!answer.ok) throw new Error(answer.status);
      return (await answer.json()).read;
    }

    // What the page would say to a typed scan stands on it at once, and the camera stays open.
    async function scan(text) {
      const sent = new FormData(form);
      sent.set("code", text);
      sent.set("codes", "");
      const answer = await fetch(location.href, { method: "POST", body: sent, redirect: "error" });
      if (!answer.ok) { // it had no effect; sent as if it were typed, the page says why
        stop();
        form.elements.code.value = text;
        form.requestSubmit();
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.querySelectorAll("[data-said]").forEach((part) => {
        part.replaceChildren(...page.querySelector(`[data-said=${part.dataset.said}]`).childNodes);
      });
      form.elements.submission.value = page.querySelector("[data-scanned] [name=submission]").value;
      form.elements.damaged.checked = false;
      if (navigator.vibrate) navigator.vibrate(document.querySelector("[data-said] .ok") ? 60 : [60, 60, 60]);
    }

    async function look() {
      const mine = stream;
      while (stream && stream === mine) {
        try {
          const texts = await read();
          inView.forEach((missed, text) => { if (missed < GONE) inView.set(text, missed + 1); else inView.delete(text); });
          const fresh = texts.filter((text) => !inView.has(text));
          texts.forEach((text) => inView.set(text, 0));
          for (const text of fresh) if (stream === mine) await scan(text);
        } catch {
          if (stream === mine) stop(words.lost);
        }
        await pause(EVERY);
      }
    }

    button.addEventListener("click", async () => {
      if (stream) return stop();
      if (!isSecureContext) return stop(words.insecure);
      button.disabled = true;
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: { ideal: "environment" } } });
        video.srcObject = stream;
        await video.play();
        video.hidden = false;
        [button.textContent, told.value] = [words.stop, words.show];
        detector = await own();
        look();
      } catch (error) {
        stop(error.name === "NotAllowedError" ? words.denied : words.none);
      } finally {
        button.disabled = false;
      }
    });
    document.addEventListener("visibilitychange", () => { if (document.hidden && stream) stop(); });
    addEventListener("pagehide", () => stop());
  });
})();
