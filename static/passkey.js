// Passkeys: the browser asks the key, a hidden field carries its answer. Everything is judged by the server.
(() => {
  "use strict";
  if (!window.PublicKeyCredential) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (raw) => btoa(String.fromCharCode(...new Uint8Array(raw))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const listed = (all) => (all || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const ask = async (form) => {
    let options = form.dataset.options && JSON.parse(form.dataset.options);
    if (form.dataset.ask) {
      const answer = await fetch(form.dataset.ask, { headers: { "X-Requested-With": "XMLHttpRequest" } });
      if (!answer.ok) throw new DOMException("", "NotAllowedError");
      options = (await answer.json()).request_options;
    }
    const key = options.publicKey;
    const shown = form.querySelector("[data-signed]");
    if (shown) { // what is signed is what is shown, whatever the page was told to ask
      const read = new TextEncoder().encode(`${shown.dataset.domain}\n${shown.textContent}`);
      if (text(await crypto.subtle.digest("SHA-256", read)) !== key.challenge) throw new DOMException("", "DataError");
    }
    key.challenge = bytes(key.challenge);
    if (form.dataset.passkey === "create") {
      key.user.id = bytes(key.user.id);
      key.excludeCredentials = listed(key.excludeCredentials);
      return navigator.credentials.create({ publicKey: key });
    }
    key.allowCredentials = listed(key.allowCredentials);
    return navigator.credentials.get({ publicKey: key });
  };

  const told = (made) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) response[name] = text(made.response[name]);
    }
    return { id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: made.getClientExtensionResults() };
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    const said = form.querySelector("[data-passkey-said]");
    const words = { InvalidStateError: said.dataset.known, SecurityError: said.dataset.insecure, DataError: said.dataset.changed };
    form.hidden = false;
    form.querySelector("[data-passkey-without]").hidden = true;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      said.hidden = true;
      try {
        form.elements.credential.value = JSON.stringify(told(await ask(form)));
        form.submit();
      } catch (error) {
        said.textContent = words[error.name] || said.dataset.refused;
        said.hidden = false;
      }
    });
  });
})();
