// The SHA-256 of a file on this computer, read a piece at a time: the file itself goes nowhere.
(() => {
  "use strict";
  const PIECE = 1 << 22;

  // FIPS 180-4, 4.2.2 and 5.3.3: fractions of the cube roots of the first 64 primes, and of the square roots of eight.
  const PRIMES = [];
  for (let n = 2; PRIMES.length < 64; n++) if (PRIMES.every((p) => n % p)) PRIMES.push(n);
  const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
  const K = Int32Array.from(PRIMES, (p) => fraction(Math.cbrt(p)));

  // 6.2.2 over whole blocks of 64 bytes.
  const W = new Int32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  function blocks(state, view, length) {
    for (let at = 0; at < length; at += 64) {
      for (let t = 0; t < 16; t++) W[t] = view.getInt32(at + 4 * t);
      for (let t = 16; t < 64; t++) {
        const x = W[t - 15], y = W[t - 2];
        W[t] = (W[t - 16] + W[t - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0;
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let t = 0; t < 64; t++) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[t] + W[t]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
      }
      [a, b, c, d, e, f, g, h].forEach((x, i) => { state[i] += x; });
    }
  }

  async function sha256(file, told) {
    const state = Int32Array.from(PRIMES.slice(0, 8), (p) => fraction(Math.sqrt(p)));
    for (let at = 0; ; at += PIECE) {
      const piece = await file.slice(at, at + PIECE).arrayBuffer();
      told(file.size ? (at + piece.byteLength) / file.size : 1);
      if (piece.byteLength === PIECE) {
        blocks(state, new DataView(piece), PIECE);
        continue;
      }
      // 5.1.1: a one, zeros, and the length in bits in the last eight bytes.
      const last = new DataView(new ArrayBuffer(((piece.byteLength + 72) >> 6) << 6));
      new Uint8Array(last.buffer).set(new Uint8Array(piece));
      last.setUint8(piece.byteLength, 128);
      last.setBigUint64(last.byteLength - 8, BigInt(file.size) * 8n);
      blocks(state, last, last.byteLength);
      return Array.from(state, (x) => (x >>> 0).toString(16).padStart(8, "0")).join("");
    }
  }

  document.querySelectorAll("[data-hash]").forEach((place) => {
    const [choose, told, box] = [place.querySelector("input"), place.querySelector("output"), document.getElementById(place.dataset.hash)];
    place.hidden = false;
    choose.addEventListener("change", async () => {
      const file = choose.files[0];
      if (!file) return;
      box.value = "";
      try {
        const found = await sha256(file, (part) => { told.value = `${Math.round(100 * part)} %`; });
        if (choose.files[0] !== file) return; // another one was chosen meanwhile
        box.value = found;
      } catch {
        told.value = place.dataset.unread;
      }
    });
  });
})();
