// Comfort only: every page does its work without this file.
(() => {
  "use strict";
  const html = document.documentElement;

  // The theme changes at once and is kept by the server, so that the next page comes without a flash.
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form || !form.matches("[data-theme-form]")) return;
    html.dataset.theme = event.target.value;
    fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual", keepalive: true });
  });

  // A form goes out once; coming back by the back button makes it usable again. data-again: a download may be repeated.
  document.addEventListener("submit", (event) => {
    if ("again" in event.target.dataset) return;
    if (event.target.dataset.sent) event.preventDefault();
    else if (!event.defaultPrevented && event.target.method === "post") event.target.dataset.sent = "1";
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  document.addEventListener("keydown", (event) => {
    const box = event.key === "/" && !event.target.closest("input, select, textarea") && document.querySelector(".tools [type=search]");
    if (box) {
      event.preventDefault();
      box.focus();
    }
    const menu = event.key === "Escape" && event.target.closest && event.target.closest("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("click", (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      navigator.clipboard.writeText(copy.dataset.copy).then(() => { copy.textContent = copy.dataset.done; });
    }
    if (event.target.closest("[data-print]")) print();
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  // Buttons that only work with this file are hidden in the page until it runs.
  const reveal = (root) => root.querySelectorAll("[data-copy], [data-print]").forEach((e) => {
    e.hidden = e.hasAttribute("data-copy") && !navigator.clipboard;
  });
  reveal(document);
  document.addEventListener("htmx:load", (event) => reveal(event.target));

  const errors = document.getElementById("error-summary");
  if (errors) errors.focus();
})();
